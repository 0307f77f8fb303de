/**
 * A process that hosts congressional-ingest and a consumer of its events, to be killed at any
 * moment: `node test/e2e/congress-process.ts ROOT HEARD`. Settings come from its environment. It
 * prints its address, and the consumer appends the id of each event it took to the file HEARD.
 */
import { appendFileSync } from "node:fs";
import process from "node:process";
import { ok } from "#base";
import { createEnding, hosted, type Service, startMesh } from "#mesh";
import { congressionalIngest } from "#services";

const [root = "", heard = ""] = process.argv.slice(2);

const consumer: Service<Record<string, never>> = {
  name: "research-runner",
  config: {},
  async start({ bus }) {
    const subscribed = await bus.subscribe({
      subjects: ["disclosure.congress"],
      durable: "consumer",
      handler: async ({ event, ack }) => {
        appendFileSync(heard, `${event.event_id}\n`);
        ack();
      },
    });
    if (!subscribed.ok) return subscribed;
    const ending = createEnding();
    return ok({
      readiness: () => ({ ready: true, checks: {} }),
      opsFacts: () => ({
        kind: "ops",
        mode: "OBSERVE",
        missing_fields: [],
        execution_enabled: null,
        market: "open",
        marketdata: "none",
        last_tick_ms: null,
        last_bar_ms: null,
        last_heartbeat_ms: Date.now(),
        degraded_by: [],
      }),
      stop: async () => ending.end({ outcome: "stopped" }),
      ended: ending.ended,
    });
  },
};

const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
const service = hosted(congressionalIngest);
const mesh = await startMesh(
  [hosted(consumer), service],
  {
    root,
    env: Object.fromEntries(service.variables.map((name) => [name, process.env[name]])),
    product: { version: "0.1.0", gitCommit: null },
    ports: "free",
  },
  stop.signal,
);
if (!mesh.ok) {
  console.error(mesh.fault.message);
  process.exit(1);
}
console.log(mesh.value.urlOf("congressional-ingest"));
const { exitCode } = await mesh.value.ended;
process.exit(exitCode);
