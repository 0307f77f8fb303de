import assert from "node:assert/strict";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { authHeaders } from "#okx";
import { assay, ended, makeFolder, startAssay } from "./assay.ts";

const folder = makeFolder();

type Line = Readonly<Record<string, string>>;
type Key = Readonly<{ api_key: string; secret_key: string; passphrase: string }>;
type Keys = Readonly<{ accounts: readonly Readonly<{ keys: readonly Key[] }>[] }>;

const far = {
  instId: "BTC-USDT-SWAP",
  tdMode: "cross",
  side: "buy",
  ordType: "limit",
  sz: "0.01",
  px: "30000",
} as const;

/** The code of the answer to a signed request. */
async function ask(
  { rest_url: url }: Line,
  { api_key: apiKey, secret_key: secret, passphrase }: Key,
  method: "GET" | "POST",
  path: string,
  order?: object,
): Promise<string> {
  const body = order === undefined ? "" : JSON.stringify(order);
  const request = { timestamp: new Date().toISOString(), method, requestPath: path, body };
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...authHeaders({ apiKey, secret, passphrase }, request, true),
      "content-type": "application/json",
    },
    ...(order === undefined ? {} : { body }),
  });
  return ((await answer.json()) as { code: string }).code;
}

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

test("a journal that a running venue writes is not gone on with by another", async () => {
  const journal = join(folder, "one-writer.jsonl");
  const first = await serving(["--journal", journal]);
  const second = await assay(["venue", "--port", "0", "--root", folder, "--journal", journal]);
  assert.equal(second.code, 5);
  assert.match(
    second.stderr,
    /^assay: another venue goes on with this journal: .*_unavailable\]\n$/,
  );
  assert.equal((await first.stop("SIGINT")).code, 0);
  const third = await serving(["--journal", journal]);
  assert.equal((await third.stop("SIGINT")).code, 0);
});

test("a venue that is killed goes on with everything that it answered", async () => {
  const journal = join(folder, "killed.jsonl");
  const args = ["--journal", journal, "--clock", "stepped"];
  const first = await serving(args);
  const { accounts } = JSON.parse(readFileSync(join(folder, "venue", "keys.json"), "utf8")) as Keys;
  const [key] = accounts[0]?.keys ?? [];
  assert.ok(key !== undefined);
  const answered: string[] = [];
  const many = Promise.withResolvers<void>();
  const lost = assert.rejects(async () => {
    for (let n = 0; ; n += 1) {
      if (answered.length === 20) many.resolve();
      const clOrdId = `k${n}`;
      const order = { ...far, clOrdId };
      const told = await ask(first.line, key, "POST", "/api/v5/trade/order", order);
      if (told === "0") answered.push(clOrdId);
    }
  });
  await Promise.race([many.promise, lost]);
  await first.stop("SIGKILL");
  await lost;
  assert.ok(answered.length >= 20, `${answered.length} orders`);
  const second = await serving(args);
  for (const clOrdId of answered) {
    const path = `/api/v5/trade/order?instId=BTC-USDT-SWAP&clOrdId=${clOrdId}`;
    assert.equal(await ask(second.line, key, "GET", path), "0", clOrdId);
  }
  await second.stop("SIGTERM");
});

test("an address that is taken ends with exit code 5", async () => {
  const venue = await serving([]);
  const port = new URL(String(venue.line["rest_url"])).port;
  const { code, stderr } = await assay(["venue", "--root", folder, "--port", port]);
  assert.equal(code, 5);
  assert.match(stderr, /\[address_unavailable\]\n$/);
  await venue.stop("SIGTERM");
});
