import assert from "node:assert/strict";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Bus } from "./bus.ts";
import type { BusEvent } from "./bus-event.ts";
import { busFault } from "./bus-fault.ts";
import { createMemoryBus } from "./memory-bus.ts";
import { openOutbox } from "./outbox.ts";

const openFiles = "/proc/self/fd";
const skip = existsSync(openFiles) ? false : "this system does not list open files";

/** The next write to it fails, as on a disk that is full or gone. */
function breakWriter(path: string): void {
  const opened = readdirSync(openFiles).filter((name) => {
    try {
      return readlinkSync(join(openFiles, name)) === path;
    } catch {
      return false;
    }
  });
  assert.equal(opened.length, 1);
  closeSync(Number(opened[0]));
}

function anEvent(seq: number): BusEvent {
  return {
    schema: "assay.event/1",
    event_id: `event-${String(seq).padStart(6, "0")}`,
    subject: "proposal.gamma",
    event_type: "proposal",
    source: { agent_name: "strategy-engine", boot_id: "boot-0001", version: "0.1.0" },
    ts_utc: "2024-03-01T14:30:00.000Z",
    seq,
    correlation_id: null,
    payload: { seq },
  };
}

test("after a write that failed the outbox goes on with all that waits", { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "assay-outbox-broken-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const away = { ok: false, fault: busFault("bus_unreachable", "away") } as const;
  const bus: Bus = { ...createMemoryBus(), publish: async () => away };
  const opened = openOutbox({ folder, bus });
  assert.ok(opened.ok);
  const outbox = opened.value;
  assert.ok((await outbox.append(anEvent(1))).ok);
  breakWriter(join(folder, "outbox.jsonl"));
  assert.ok(!(await outbox.append(anEvent(2))).ok);
  assert.ok((await outbox.append(anEvent(3))).ok);
  assert.equal(outbox.status().waiting, 2);
  assert.ok((await outbox.close()).ok);
  const lines = readFileSync(join(folder, "outbox.jsonl"), "utf8").trimEnd().split("\n");
  const ids = lines.map((line) => (JSON.parse(line) as { event: BusEvent }).event.event_id);
  assert.deepEqual(ids, ["event-000001", "event-000003"]);
});
