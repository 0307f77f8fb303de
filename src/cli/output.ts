import type { Writable } from "node:stream";
import type { Fault } from "#base";
import { type ExitCode, faultToExit } from "./exit-codes.ts";

/** Where a command says things: data on standard output, everything else on standard error. */
export type Output = Readonly<{
  /** True when the user asked for machine-readable output (`--json`). */
  json: boolean;
  /** Whether standard error is a terminal, so that a line may be redrawn. */
  live: boolean;
  /** Width of that terminal in columns; 80 where it is none. */
  columns: () => number;
  /** Width of the terminal that data goes to; null where it goes to none. */
  width: () => number | null;
  /** One line of data for people; silent with --json. */
  line: (text: string) => void;
  /** One JSON line of data; silent without --json. */
  record: (value: object) => void;
  /** One line for people on standard error; silent with --json. */
  note: (text: string) => void;
  /** Raw text for standard error (a redrawn progress line, a JSON progress line). */
  raw: (text: string) => void;
  /** Says in one line what went wrong and gives the exit code that stands for it. */
  fail: (fault: Fault) => ExitCode;
}>;

export type OutputStreams = Readonly<{
  stdout: Writable & TerminalHints;
  stderr: Writable & TerminalHints;
}>;

type TerminalHints = Readonly<{ isTTY?: boolean | undefined; columns?: number | undefined }>;

/** A reader that goes away (`| head`) ends the talking, never the work. */
export function createOutput(streams: OutputStreams, options: Readonly<{ json: boolean }>): Output {
  const { stdout, stderr } = streams;
  const { json } = options;
  const data = speaker(stdout);
  const talk = speaker(stderr);
  return {
    json,
    live: stderr.isTTY === true && !json,
    columns: () => stderr.columns ?? 80,
    width: () => (stdout.isTTY === true ? (stdout.columns ?? 80) : null),
    line: (text) => {
      if (!json) data(`${text}\n`);
    },
    record: (value) => {
      if (json) data(`${JSON.stringify(value)}\n`);
    },
    note: (text) => {
      if (!json) talk(`${text}\n`);
    },
    raw: talk,
    fail: (fault) => {
      if (json) data(`${JSON.stringify({ type: "fault", ...fault })}\n`);
      else talk(`${faultText(fault)}\n`);
      return faultToExit(fault);
    },
  };
}

/** `assay: what (where) [code]`, always one line. */
function faultText(fault: Fault): string {
  const place = fault.at === undefined ? "" : ` (${fault.at})`;
  return `assay: ${oneLine(fault.message)}${oneLine(place)} [${fault.code}]`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, " ");
}

function speaker(stream: Writable): (text: string) => void {
  let gone = false;
  stream.on("error", () => {
    gone = true;
  });
  return (text) => {
    if (!gone) stream.write(text);
  };
}
