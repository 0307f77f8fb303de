import { type Fault, ok, type Result } from "#base";
import { jsonOrNull } from "../json-text.ts";
import { malformed, parseRows } from "../parse-rows.ts";
import { type OrderAckRow, orderAckFields } from "../rows/order.ts";
import { type ChannelFamily, findChannel, type RowByChannel } from "./channels.ts";
import { isWriteOp } from "./client-frame.ts";

/** What the venue may say on a connection. */
export type ServerFrame =
  | Readonly<{ type: "pong" }>
  | Readonly<{
      type: "event";
      /** subscribe, unsubscribe, login, error, notice, channel-conn-count ... */
      event: string;
      code: string | null;
      msg: string;
      arg: Readonly<Record<string, unknown>> | null;
      id: string | null;
    }>
  | Push
  | Readonly<{
      type: "answer";
      id: string;
      op: string;
      code: string;
      msg: string;
      rows: readonly OrderAckRow[];
    }>;

export type Push = Readonly<{
  type: "push";
  channel: string;
  /** Null for a channel that nothing here knows: its rows are then unread. */
  family: ChannelFamily | null;
  arg: Readonly<Record<string, unknown>>;
  /** Of books: whether the rows replace the book or change it. */
  action: "snapshot" | "update" | null;
  rows: readonly unknown[];
}>;

/** Reads one message of the venue. Fault: okx_answer_malformed. */
export function parseServerFrame(text: string): Result<ServerFrame, Fault> {
  if (text === "pong") return ok({ type: "pong" });
  return readServerFrame(jsonOrNull(text));
}

/** Reads a message that was parsed as JSON already. Fault: okx_answer_malformed. */
export function readServerFrame(frame: unknown): Result<ServerFrame, Fault> {
  if (!isRecord(frame)) return malformed("a frame", "the frame", "is not a JSON object");
  if (typeof frame["event"] === "string") return readEvent(frame, frame["event"]);
  if (typeof frame["op"] === "string") return readAnswer(frame, frame["op"]);
  return readPush(frame);
}

/** The rows of a push, typed, or null when it belongs to another family. */
export function pushedRows<C extends ChannelFamily>(
  push: Push,
  family: C,
): readonly RowByChannel[C][] | null {
  // Rows of a family were parsed with the shape that RowByChannel is derived from.
  return push.family === family ? (push.rows as readonly RowByChannel[C][]) : null;
}

type Frame = Readonly<Record<string, unknown>>;

function readEvent(frame: Frame, event: string): Result<ServerFrame, Fault> {
  const { code, msg, arg, id } = frame;
  return ok({
    type: "event",
    event,
    code: textOrNull(code),
    msg: textOrNull(msg) ?? "",
    arg: isRecord(arg) ? arg : null,
    id: textOrNull(id),
  });
}

function readAnswer(frame: Frame, op: string): Result<ServerFrame, Fault> {
  const { id, code, msg, data } = frame;
  if (typeof code !== "string") return malformed(`op ${op}`, "code", "is not text");
  const isVerdicts = isWriteOp(op) && (code === "0" || code === "1" || code === "2");
  const rows = isVerdicts ? parseRows(`op ${op}`, orderAckFields, data) : ok([]);
  if (!rows.ok) return rows;
  return ok({
    type: "answer",
    id: textOrNull(id) ?? "",
    op,
    code,
    msg: textOrNull(msg) ?? "",
    // They were parsed with the fields that the type is derived from.
    rows: rows.value as readonly OrderAckRow[],
  });
}

function readPush(frame: Frame): Result<ServerFrame, Fault> {
  const { arg, action, data } = frame;
  if (!isRecord(arg) || typeof arg["channel"] !== "string") {
    return malformed("a frame", "arg.channel", "is missing");
  }
  const channel = arg["channel"];
  const known = findChannel(channel);
  if (!Array.isArray(data)) return malformed(`channel ${channel}`, "data", "is not a list");
  const rows = known === null ? ok(data) : parseRows(`channel ${channel}`, known.push, data);
  if (!rows.ok) return rows;
  return ok({
    type: "push",
    channel,
    family: known?.family ?? null,
    arg,
    action: action === "snapshot" || action === "update" ? action : null,
    rows: rows.value,
  });
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function isRecord(value: unknown): value is Frame {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
