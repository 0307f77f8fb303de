import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readStopSwitch, watchStopSwitch } from "./stop-switch.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-stop-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("what cannot be read means stop", () => {
  writeFileSync(join(folder, "file"), "");
  const read = readStopSwitch(join(folder, "file"));
  assert.ok(!read.ok && read.fault.code === "stop_unreadable");
});

test("anything at the place of the switch means stop, even a link that leads nowhere", () => {
  const root = mkdtempSync(join(folder, "root-"));
  symlinkSync(join(root, "nowhere"), join(root, "STOP"));
  const read = readStopSwitch(root);
  assert.ok(!read.ok && read.fault.code === "stop_present");
});

test("only a switch that is certainly absent lets a run go on", () => {
  assert.deepEqual(readStopSwitch(mkdtempSync(join(folder, "root-"))), {
    ok: true,
    value: "absent",
  });
  assert.ok(readStopSwitch(join(folder, "not", "there")).ok);
});

test("a watched switch is seen within a second, and told once", async () => {
  const root = mkdtempSync(join(folder, "root-"));
  const seen: string[] = [];
  const started = performance.now();
  await new Promise<void>((resolve) => {
    const watch = watchStopSwitch(root, (fault) => {
      seen.push(fault.code);
      setTimeout(() => {
        watch[Symbol.dispose]();
        resolve();
      }, 300);
    });
    writeFileSync(join(root, "STOP"), "");
    // The watch alone must not keep a process alive; the test does.
    setTimeout(resolve, 1500);
  });
  assert.deepEqual(seen, ["stop_present"]);
  assert.ok(performance.now() - started < 1300);
});
