import assert from "node:assert/strict";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assay, ended, makeFolder, startAssay } from "./assay.ts";

const folder = makeFolder();

type Line = Readonly<Record<string, string>>;

/** Starts a venue and waits for its line of addresses. */
async function serving(args: readonly string[]) {
  const child = startAssay(["venue", "--json", "--port", "0", "--root", folder, ...args]);
  const end = ended(child);
  const line = await new Promise<Line>((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("\n")) resolve(JSON.parse(text.slice(0, text.indexOf("\n"))) as Line);
    });
    end.then(({ stderr }) => reject(new Error(`it ended: ${stderr}`)), reject);
  });
  return { line, stop: (signal: NodeJS.Signals) => (child.kill(signal), end) };
}

test("a venue tells where it is, keeps its keys to itself, and stops when asked", async () => {
  const first = await serving(["--admin-port", "0"]);
  const time = await fetch(`${first.line["rest_url"]}/api/v5/public/time`);
  assert.equal(time.status, 200);
  const path = join(folder, "venue", "keys.json");
  assert.equal(first.line["keys_path"], path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const keys = readFileSync(path, "utf8");
  const { code, stdout, stderr } = await first.stop("SIGINT");
  assert.equal(code, 0);
  const secrets = [...keys.matchAll(/"(?:secret_key|passphrase|admin_token)": "([^"]+)"/g)];
  assert.equal(secrets.length, 7);
  for (const [, secret] of secrets) assert.ok(!(stdout + stderr).includes(`${secret}`));
  const second = await serving(["--clock", "x60", "--rate-limits", "off"]);
  assert.equal(readFileSync(path, "utf8"), keys);
  assert.equal((await second.stop("SIGTERM")).code, 0);
});

test("keys that others may read, or that are none, are refused", async () => {
  const path = join(folder, "exposed.json");
  writeFileSync(path, "{}");
  chmodSync(path, 0o644);
  const exposed = await assay(["venue", "--root", folder, "--keys", path]);
  assert.equal(exposed.code, 2);
  assert.match(exposed.stderr, /^assay: others may read these keys.*\[keys_exposed\]\n$/);
  chmodSync(path, 0o600);
  const empty = await assay(["venue", "--root", folder, "--keys", path]);
  assert.equal(empty.code, 2);
  assert.match(empty.stderr, /\[keys_invalid\]\n$/);
});

test("an option that makes no sense ends in one line and exit code 2", async () => {
  const root = join(folder, "unused");
  const { code, stdout, stderr } = await assay(["venue", "--root", root, "--clock", "fast"]);
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /^assay: expected real, stepped or a factor.*\(--clock\).*\n$/);
  assert.throws(() => statSync(join(root, "venue")));
});

test("an address that is taken ends with exit code 5", async () => {
  const venue = await serving([]);
  const port = new URL(String(venue.line["rest_url"])).port;
  const { code, stderr } = await assay(["venue", "--root", folder, "--port", port]);
  assert.equal(code, 5);
  assert.match(stderr, /\[address_unavailable\]\n$/);
  await venue.stop("SIGTERM");
});
