import { isoFromMillis } from "#base";
import type { HaltPlaces, HaltPosture } from "#venues";
import type { Output } from "./output.ts";

/** Whether no order may leave, not even to a demo venue. */
export function areOrdersStopped({ verdict, latch, stop }: HaltPosture): boolean {
  return !verdict.allowed || latch.state === "latched" || stop.stop;
}

/** Where each of the three stands, and what that means. */
export function printPosture(
  act: "status" | "halted" | "not_written" | "released",
  posture: HaltPosture,
  places: HaltPlaces,
  output: Output,
): void {
  const { verdict, latch, stop } = posture;
  const isStopped = areOrdersStopped(posture);
  output.line(`orders  ${isStopped ? "STOPPED" : "may leave for simulated and demo venues"}`);
  output.line(`switch  ${switchText(posture)}`);
  output.line(`latch   ${latchText(posture)} (${places.latchFile})`);
  output.line(`STOP    ${stop.stop ? stop.reason : "not there"} (${places.stopFile})`);
  output.record({
    type: "halt_posture",
    act,
    orders_stopped: isStopped,
    read_utc: timeText(verdict.at.wallMs),
    switch: {
      allowed: verdict.allowed,
      reason: verdict.reason,
      source: verdict.source,
      seen: verdict.seen,
    },
    latch: latch.state === "latched" ? { ...latch, since_utc: timeText(latch.sinceMs) } : latch,
    latch_file: places.latchFile,
    stop: stop.reason,
    stop_file: places.stopFile,
    live: "not by this: two people have to arm it, and to release it (assay change)",
  });
}

function switchText({ verdict }: HaltPosture): string {
  const seen = verdict.seen.map(({ source, value }) => `${source} says ${value}`).join(", ");
  const word = verdict.allowed ? "off" : `halts (${verdict.reason})`;
  return seen === "" ? word : `${word}: ${seen}`;
}

function latchText({ latch }: HaltPosture): string {
  switch (latch.state) {
    case "clear":
      return "never engaged";
    case "latched":
      return `engaged${sinceText(latch.sinceMs)} by ${latch.source}: ${latch.reason}`;
    case "released":
      return `released ${timeText(latch.atMs)} by ${latch.by}; for live trading it holds`;
  }
}

/** A log that cannot be read does not say since when. */
function sinceText(sinceMs: number): string {
  return sinceMs === 0 ? "" : ` since ${timeText(sinceMs)}`;
}

function timeText(millis: number): string {
  return isoFromMillis(Math.floor(millis));
}
