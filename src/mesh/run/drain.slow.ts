import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ok } from "#base";
import { hosted } from "./hosted.ts";
import { startMesh } from "./start-mesh.ts";
import { drainMs } from "./start-service.ts";

test("work that never ends and clients that hang on delay the end by 8 s at most", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "assay-drain-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const lines: string[] = [];
  const stubborn = (["strategy-service", "market-ingest-service"] as const).map((name) =>
    hosted({
      name,
      config: {},
      start({ http }) {
        http.get("/never", () => new Promise<Response>(() => {}));
        const never = new Promise<never>(() => {});
        const opsFacts = (): never => assert.fail("nobody asks");
        const readiness = () => ({ ready: true, checks: {} });
        return Promise.resolve(ok({ readiness, opsFacts, stop: () => never, ended: never }));
      },
    }),
  );
  const mesh = await startMesh(stubborn, {
    root,
    env: {},
    product: { version: "1", gitCommit: null },
    sink: { write: (line) => void lines.push(line) },
    ports: "free",
  });
  assert.ok(mesh.ok);
  const hanging = get(`${mesh.value.urlOf("strategy-service")}/never`).on("error", () => {});
  await new Promise((resolve) => hanging.once("socket", resolve));
  const from = performance.now();
  const end = await mesh.value.stop();
  const tookMs = performance.now() - from;
  assert.ok(tookMs > drainMs - 1_000 && tookMs < drainMs + 1_000, `${tookMs} ms`);
  assert.equal(end.exitCode, 0);
  const late = lines.filter((line) => line.includes("service.drain_timed_out"));
  assert.equal(late.length, 2);
});
