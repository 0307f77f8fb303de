import process from "node:process";

/** What a campaign tells the trader's process, and what it is told. */
export type Order =
  | Readonly<{ type: "go"; blocked: boolean }>
  /** No new requests from here on, and everything that was sent since `go`. */
  | Readonly<{ type: "report" }>
  | Readonly<{ type: "end" }>;

export type Word =
  | Readonly<{ type: "up" }>
  /** Not ready: it is still halted, and places nothing. */
  | Readonly<{ type: "going"; ready: boolean }>
  | Readonly<{ type: "sends"; sends: readonly Send[]; words: readonly Found[]; refused: number }>
  | Readonly<{ type: "failed"; message: string }>;

/** One order that was handed to the socket; times in ms of the machine's forward clock. */
export type Send = Readonly<{
  clOrdId: string;
  /** Before the first file of the last look was opened: here the send began. */
  beganMs: number;
  /** Whether that look lies beside the write, with nothing that could run between them. */
  beside: boolean;
  writtenMs: number;
}>;

/** What the watchdog told. */
export type Found = Readonly<{ event: string; atMs: number }>;

export type TraderSeat = Readonly<{
  /** The whole agent over HTTP, or the broker as the agent wires it. */
  through: "agent" | "broker";
  root: string;
  switchFile: string;
  limitsFile: string;
  baseUrl: string;
  key: Readonly<{ apiKey: string; secret: string; passphrase: string }>;
  env: Readonly<Record<string, string>>;
  agentKey: string;
  instId: string;
  px: string;
  parallel: number;
  seed: number;
}>;

/** One clock for every process of this machine. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1_000_000;
}
