import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { assert, err, type Fault, ok, type Result } from "#base";
import type { Command, Exchange } from "#exchange";
import type { TagBook } from "../floor/tag-book.ts";
import { createLineReader } from "./line-reader.ts";

/**
 * Every command that the engine took, in order, one JSON line each, written before the client is
 * answered. The first line says what venue it is; another one may not go on with it.
 */
export type Journal = Readonly<{
  accepted: (command: Command) => void;
  tagged: (number: number, text: string) => void;
  /** How many commands it holds. */
  commands: () => number;
  close: () => void;
}>;

/** What must be the same for the same commands to mean the same. */
export type JournalHead = Readonly<{
  schema_version: "venue-journal/1";
  seed: number;
  environment: string;
  instruments: readonly string[];
  accounts: readonly Readonly<{ name: string; uid: string }>[];
  market: readonly string[];
  /** Venue time of the opening. */
  opened_ms: number;
}>;

export type OpenedJournal = Readonly<{
  journal: Journal;
  /** Venue time of the last command; null for a journal that was just begun. */
  lastMs: number | null;
  head: JournalHead;
}>;

/**
 * Begins a journal, or replays the one that is there into the engine and goes on with it. A line
 * that was cut short by a crash is dropped. Faults: journal_unwritable, journal_mismatch,
 * journal_damaged (with the line).
 */
export function openJournal(
  path: string,
  head: JournalHead,
  into: Readonly<{ exchange: Exchange; tags: TagBook }>,
): Result<OpenedJournal, Fault> {
  const isNew = !existsSync(path);
  let file: number;
  try {
    file = openSync(path, isNew ? "ax+" : "r+", 0o600);
  } catch (cause) {
    const message = `cannot open the journal: ${codeOf(cause)}; name another file with --journal`;
    return err({ code: "journal_unwritable", message, at: path });
  }
  if (isNew) {
    writeSync(file, `${JSON.stringify(head)}\n`);
    return ok({ journal: writerOf(file, null, 0), lastMs: null, head });
  }
  const replayed = replay(file, head, into, path);
  if (!replayed.ok) {
    closeSync(file);
    return replayed;
  }
  const { bytes, commands, lastMs, head: first } = replayed.value;
  ftruncateSync(file, bytes);
  return ok({ journal: writerOf(file, bytes, commands), lastMs, head: first });
}

function writerOf(file: number, from: number | null, before: number): Journal {
  let at = from;
  let commands = before;
  let isOpen = true;

  function write(line: string): void {
    assert(isOpen, "a venue that was closed takes no commands");
    const written = writeSync(file, line, at);
    if (at !== null) at += written;
  }

  return {
    accepted: (command) => {
      commands += 1;
      write(`${JSON.stringify(command)}\n`);
    },
    tagged: (number, text) => {
      write(`{"type":"tag","number":${number},"text":${JSON.stringify(text)}}\n`);
    },
    commands: () => commands,
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      fsyncSync(file);
      closeSync(file);
    },
  };
}

type Replayed = Readonly<{
  head: JournalHead;
  bytes: number;
  commands: number;
  lastMs: number | null;
}>;

function replay(
  file: number,
  head: JournalHead,
  { exchange, tags }: Readonly<{ exchange: Exchange; tags: TagBook }>,
  path: string,
): Result<Replayed, Fault> {
  const lines = createLineReader((into, at) => readSync(file, into, 0, into.length, at));
  const first = lines.next();
  const found = first === null ? null : parse<JournalHead>(first);
  if (found === null || !isSameVenue(found, head)) {
    const message =
      found === null
        ? "this is no journal of a venue; name another file"
        : "the journal is of another venue; name another file, or start as it was started";
    return err({ code: "journal_mismatch", message, at: path });
  }
  let commands = 0;
  let lastMs: number | null = null;
  for (let line = lines.next(), number = 2; line !== null; line = lines.next(), number += 1) {
    const record = parse<Command | TagRecord>(line);
    if (record?.type === "tag") {
      tags.restore(record.number, record.text);
      continue;
    }
    const isTaken = record !== null && exchange.apply(record).reject === null;
    if (!isTaken) {
      const message = `line ${number} of the journal is not what the engine took; it was changed`;
      return err({ code: "journal_damaged", message, at: `${path}:${number}` });
    }
    commands += 1;
    lastMs = record.timeMs;
  }
  return ok({ head: found, bytes: lines.bytes(), commands, lastMs });
}

type TagRecord = Readonly<{ type: "tag"; number: number; text: string }>;

/** What was parsed is our own; whether it still means the same, the engine says. */
function parse<T>(line: string): T | null {
  try {
    return JSON.parse(line) as T;
  } catch {
    return null;
  }
}

/** The time of the opening is the first one's; everything else must be the same. */
function isSameVenue(found: JournalHead, wanted: JournalHead): boolean {
  return JSON.stringify({ ...found, opened_ms: 0 }) === JSON.stringify({ ...wanted, opened_ms: 0 });
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
}
