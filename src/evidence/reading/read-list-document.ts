import type { z } from "zod";
import { listHeadText, listTail } from "../run/list-document.ts";
import type { StartHasher } from "./file-hasher.ts";
import { judgeRecord } from "./parse-record.ts";
import type { Problem } from "./problem.ts";
import type { FileFacts } from "./read-chunks.ts";
import { readLines } from "./read-lines.ts";
import type { Cursor } from "./scan/cursor.ts";
import { recordScanner } from "./scan/record-scanner.ts";

export type ListShape<Head extends object, Item> = Readonly<{
  head: z.ZodType<Head>;
  listKey: string;
  item: z.ZodType<Item>;
}>;

export type ListSink<Head, Item> = Readonly<{
  head: (head: Head) => void;
  item: (item: Item, line: number) => void;
  problem: (problem: Problem) => void;
  startHasher?: StartHasher | undefined;
}>;

/** Streams a document written by `createListDocument`, in exactly that form. */
export function readListDocument<Head extends object, Item extends object>(
  path: string,
  shape: ListShape<Head, Item>,
  sink: ListSink<Head, Item>,
): FileFacts | null {
  const scanner = recordScanner(shape.item);
  let items = 0;
  let ended = false;

  /** An item in its place, with the comma that leads it. */
  function scan(cursor: Cursor, number: number): boolean {
    if (number === 1 || ended) return false;
    const isLed = cursor.bytes[cursor.at] === comma;
    if (isLed !== items > 0) return false;
    if (isLed) cursor.at += 1;
    const item = scanner(cursor);
    if (item === null) return false;
    items += 1;
    sink.item(item, number);
    return true;
  }

  function line(text: string, number: number): void {
    if (number === 1) {
      readHead(text, shape, sink);
    } else if (ended) {
      sink.problem({ code: "text_not_canonical", detail: "text after the end", line: number });
    } else if (text === listTail) {
      ended = true;
    } else {
      const led = text.startsWith(",");
      if (led !== items > 0) {
        const detail = "records are led by a comma, the first is not";
        sink.problem({ code: "text_not_canonical", detail, line: number });
      }
      items += 1;
      const record = judgeRecord(led ? text.slice(1) : text, shape.item, number);
      for (const problem of record.problems) sink.problem(problem);
      if (record.value !== null) sink.item(record.value, number);
    }
  }

  const facts = readLines(path, {
    scan,
    line,
    problem: sink.problem,
    startHasher: sink.startHasher,
  });
  if (!facts.ok) {
    sink.problem(facts.fault);
    return null;
  }
  if (!ended) sink.problem({ code: "json_invalid", detail: "the list is not closed" });
  return facts.value;
}

const comma = 0x2c;

function readHead<Head extends object, Item>(
  text: string,
  shape: ListShape<Head, Item>,
  sink: ListSink<Head, Item>,
): void {
  const opening = `,"${shape.listKey}":[`;
  if (!text.endsWith(opening)) {
    sink.problem({ code: "json_invalid", detail: "the first line is not a list head", line: 1 });
    return;
  }
  const record = judgeRecord(`${text.slice(0, -opening.length)}}`, shape.head, 1);
  for (const problem of record.problems) sink.problem(problem);
  if (record.value !== null && listHeadText(record.value, shape.listKey) === text) {
    sink.head(record.value);
  }
}
