import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { err, type Fault, ok, parseJson, type Result } from "#base";
import { tickCodec } from "#protocol";
import { type BareTick, quoteTick } from "./bare-tick.ts";
import { readOkxFrame } from "./okx-messages.ts";

export type Recording = Readonly<{ name: string; ticks: readonly BareTick[] }>;

/**
 * Reads a file of recorded ticks, gzipped or not. Three forms are known by their first line: ticks
 * as JSON lines (`assay.tick/1`), quote bars as CSV (`ts_ms,bid_open,...`: one quote at the end of
 * each minute), and a raw session of OKX's public stream (`1652459225.29: {...}`).
 * Faults: recording_unreadable, recording_malformed (with the line), recording_empty.
 */
export async function readRecording(
  path: string,
  symbol: string | null,
): Promise<Result<Recording, Fault>> {
  const text = await readText(path);
  if (!text.ok) return text;
  const lines = text.value.split("\n").filter((line) => line.trim() !== "");
  const first = lines[0] ?? "";
  const read = first.startsWith("{")
    ? readTickLines(lines)
    : first.startsWith("ts_ms,bid_open,")
      ? readQuoteBars(lines, symbol)
      : readOkxSession(lines);
  if (!read.ok) return err({ ...read.fault, message: `${path}: ${read.fault.message}` });
  if (read.value.length > 0) return ok({ name: basename(path), ticks: read.value });
  return err({ code: "recording_empty", message: `${path} holds no tick`, at: path });
}

/** Larger files are for the data sets, not for a replay in memory. */
const maxBytes = 256 << 20;

type Ticks = Result<readonly BareTick[], Fault>;

async function readText(path: string): Promise<Result<string, Fault>> {
  try {
    const bytes = await readFile(path);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const plain = isGzip ? gunzipSync(bytes, { maxOutputLength: maxBytes }) : bytes;
    return ok(plain.toString("utf8"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return err({
      code: "recording_unreadable",
      message: `${path} cannot be read: ${why}`,
      at: path,
    });
  }
}

function malformed(index: number, what: string): Result<never, Fault> {
  return err({ code: "recording_malformed", message: `line ${index + 1} ${what}` });
}

function readTickLines(lines: readonly string[]): Ticks {
  const ticks: BareTick[] = [];
  for (const [index, line] of lines.entries()) {
    const tick = tickCodec.readText(line);
    if (!tick.ok) return malformed(index, `is no tick: ${tick.fault.message}`);
    const { received_ts_ms: _received, source: _source, ...bare } = tick.value;
    ticks.push(bare);
  }
  return ok(ticks);
}

const barMs = 60_000;

function readQuoteBars(lines: readonly string[], symbol: string | null): Ticks {
  if (symbol === null) return malformed(0, "names no symbol: say which one the bars are of");
  const columns = (lines[0] ?? "").split(",");
  const at = (name: string): number => columns.indexOf(name);
  const wanted = ["ts_ms", "bid_close", "bid_size", "ask_close", "ask_size"].map(at);
  if (wanted.includes(-1)) return malformed(0, "lacks a column of ts_ms and the closing quote");
  const ticks: BareTick[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const cells = line.split(",");
    const [opened = "", bid = "", bidSize = "", ask = "", askSize = ""] = wanted.map(
      (column) => cells[column] ?? "",
    );
    const openedMs = Number(opened);
    if (opened === "" || !Number.isSafeInteger(openedMs)) return malformed(index, "has no time");
    ticks.push(
      quoteTick({
        symbol,
        bid: bid === "" ? null : { price: bid, size: bidSize },
        ask: ask === "" ? null : { price: ask, size: askSize },
        // The closing quote is known when the minute is over, not when it begins.
        exchangeMs: openedMs + barMs,
        sequence: null,
      }),
    );
  }
  return ok(ticks);
}

const sessionLine = /^(\d{9,11}\.\d+): (.*)$/;

function readOkxSession(lines: readonly string[]): Ticks {
  const ticks: BareTick[] = [];
  for (const [index, line] of lines.entries()) {
    // What this side sent is in the recording too.
    if (line.startsWith("wss:")) continue;
    const [, , frame = null] = sessionLine.exec(line) ?? [];
    if (frame === null || !parseJson(frame).ok) return malformed(index, "is no recorded message");
    const heard = readOkxFrame(frame);
    if (!heard.ok) return malformed(index, `is no message of OKX: ${heard.fault.message}`);
    if (heard.value.type === "ticks") ticks.push(...heard.value.ticks);
  }
  return ok(ticks);
}
