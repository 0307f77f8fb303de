import { randomUUID } from "node:crypto";
import type { Environment, LogSink } from "#mesh";
import { haltPlaces, haltPosture } from "#venues";

type HaltWatch = Readonly<{ root: string; env: Environment; version: string; sink: LogSink }>;

const pollMs = 1_000;

/**
 * Logs STOP and the latch at the start and on every change. Services log what halts them, which is
 * the kill switch itself as long as it halts; what stands behind it would go unseen.
 */
export function watchHalt({ root, env, version, sink }: HaltWatch): Disposable {
  const places = haltPlaces(root, {
    EXECUTION_HALTED: env["EXECUTION_HALTED"],
    EXECUTION_HALTED_FILE: env["EXECUTION_HALTED_FILE"],
  });
  const speaker = { service: "mesh", version, boot_id: randomUUID() };
  let last = "";

  function look(event: "halt.read" | "halt.changed"): void {
    const { stop, latch } = haltPosture(places);
    const { state } = latch;
    const by = state === "latched" ? latch.source : state === "released" ? latch.by : null;
    const facts = { stop: stop.reason, stop_file: places.stopFile, latch: state, latch_by: by };
    const said = JSON.stringify(facts);
    if (said === last) return;
    last = said;
    const level = stop.stop || state === "latched" ? "warn" : "info";
    const ts = new Date().toISOString();
    sink.write(`${JSON.stringify({ level, ts, ...speaker, event, ...facts })}\n`);
  }

  look("halt.read");
  const timer = setInterval(() => look("halt.changed"), pollMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
