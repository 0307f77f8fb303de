import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { handlesOnceThroughKills } from "./mesh-bus-kills.ts";
import { withoutNats } from "./nats-server.ts";

test("a server killed again and again loses nothing acknowledged and doubles nothing", {
  skip: withoutNats(),
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "assay-bus-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await handlesOnceThroughKills(folder, 8);
});
