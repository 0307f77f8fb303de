import { err, ok, type Result } from "#base";
import { jsonOrNull } from "../json-text.ts";
import type { RequestFault } from "../request.ts";

/** What a client may say on a connection. */
export type ClientFrame =
  | Readonly<{ type: "ping" }>
  | Readonly<{ type: "login"; id: string | null; keys: readonly Login[] }>
  | Readonly<{ type: "subscribe" | "unsubscribe"; id: string | null; args: readonly ChannelArg[] }>
  | Readonly<{
      type: "write";
      id: string;
      op: WriteOp;
      args: readonly unknown[];
      /** The venue discards the request after this time, in ms. */
      expTime: string | null;
    }>;

export type Login = Readonly<{
  apiKey: string;
  passphrase: string;
  /** Epoch seconds. */
  timestamp: string;
  sign: string;
}>;

/** `channel` and what narrows it: instId, instType, instFamily, ccy, ... */
export type ChannelArg = Readonly<{ channel: string } & Record<string, string>>;

/** The writes of a connection and the endpoint each of them stands for. */
export const endpointByWriteOp = {
  order: "place_order",
  "batch-orders": "place_orders",
  "cancel-order": "cancel_order",
  "batch-cancel-orders": "cancel_orders",
  "amend-order": "amend_order",
  "batch-amend-orders": "amend_orders",
} as const;
export type WriteOp = keyof typeof endpointByWriteOp;

/**
 * Reads one message of a client. Faults (okx_frame_malformed) carry the code the venue answers:
 * 60012 not a request, 60013 wrong args, 60019 unknown op, 60027 something is empty.
 */
export function parseClientFrame(text: string): Result<ClientFrame, RequestFault> {
  if (text === "ping") return ok({ type: "ping" });
  const frame = jsonOrNull(text);
  if (!isRecord(frame)) return refuse("60012", "the frame is no JSON object", [text]);
  const { op, args, id, expTime } = frame;
  if (typeof op !== "string" || op === "") return refuse("60012", "the frame has no op", [text]);
  if (!Array.isArray(args) || args.length === 0) return refuse("60013", "args is no list", []);
  const name = idText(id);
  if (name === undefined) return refuse("60013", "id is not 1 to 32 letters and digits", ["id"]);

  if (op === "login") return readLogin(name, args);
  if (op === "subscribe" || op === "unsubscribe") return readChannels(op, name, args);
  if (!isWriteOp(op)) return refuse("60019", `there is no op ${op}`, [op]);
  if (name === null) return refuse("60027", "id is missing", ["id"]);
  const discardAfter = typeof expTime === "number" ? String(expTime) : expTime;
  return ok({
    type: "write",
    id: name,
    op,
    args,
    expTime: typeof discardAfter === "string" && discardAfter !== "" ? discardAfter : null,
  });
}

function readLogin(id: string | null, args: readonly unknown[]): Result<ClientFrame, RequestFault> {
  const keys: Login[] = [];
  for (const arg of args) {
    if (!isRecord(arg)) return refuse("60013", "login takes objects", []);
    const { apiKey, passphrase, timestamp, sign } = arg;
    const when = typeof timestamp === "number" ? String(timestamp) : timestamp;
    if (typeof apiKey !== "string" || apiKey === "") return refuse("60001", "no apiKey", []);
    if (typeof sign !== "string" || sign === "") return refuse("60002", "no sign", []);
    if (typeof passphrase !== "string" || passphrase === "") {
      return refuse("60003", "no passphrase", []);
    }
    if (typeof when !== "string" || when === "") return refuse("60004", "no timestamp", []);
    keys.push({ apiKey, passphrase, timestamp: when, sign });
  }
  return ok({ type: "login", id, keys });
}

function readChannels(
  type: "subscribe" | "unsubscribe",
  id: string | null,
  args: readonly unknown[],
): Result<ClientFrame, RequestFault> {
  const wanted: ChannelArg[] = [];
  for (const arg of args) {
    if (!isRecord(arg)) return refuse("60013", `${type} takes objects`, []);
    const { channel, ...others } = arg;
    if (typeof channel !== "string" || channel === "") {
      return refuse("60027", "channel is missing", ["channel"]);
    }
    const narrowed: Record<string, string> = {};
    for (const [name, value] of Object.entries(others)) {
      if (typeof value === "string" && value !== "") narrowed[name] = value;
    }
    wanted.push({ ...narrowed, channel });
  }
  return ok({ type, id, args: wanted });
}

/** Null when there is none, undefined when it is not of the form. */
function idText(id: unknown): string | null | undefined {
  if (id === undefined || id === null || id === "") return null;
  const text = typeof id === "number" ? String(id) : id;
  return typeof text === "string" && /^[A-Za-z0-9]{1,32}$/.test(text) ? text : undefined;
}

export function isWriteOp(op: string): op is WriteOp {
  return Object.hasOwn(endpointByWriteOp, op);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(
  venueCode: string,
  message: string,
  params: readonly string[],
): Result<never, RequestFault> {
  return err({ code: "okx_frame_malformed", message, venueCode, params });
}
