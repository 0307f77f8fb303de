import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeRoster, openVenue, type VenueOptions } from "#simulator";
import { marketBuy, noon, openDesk, restingBuy } from "./venue-desk.ts";

const order = "/api/v5/trade/order";
const folder = mkdtempSync(join(tmpdir(), "assay-journal-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function fresh(): Readonly<{ journal: string; roster: ReturnType<typeof makeRoster> }> {
  count += 1;
  return { journal: join(folder, `${count}.jsonl`), roster: makeRoster("demo") };
}

test("a venue goes on where it stopped: orders, money, tags and time", async () => {
  const kept = fresh();
  const before = openDesk(kept);
  await before.trader.post(order, { ...marketBuy, clOrdId: "j1", tag: "mine" });
  await before.trader.post(order, { ...restingBuy, px: "59000", clOrdId: "j2" });
  before.pass(90_000);
  const asked = [`${order}?instId=BTC-USDT-SWAP&clOrdId=j1`, "/api/v5/account/bills"];
  const told = await Promise.all(asked.map((path) => before.trader.get(path)));
  const digest = before.venue.floor.exchange.digest();
  await before.venue.close();

  const later = openDesk(kept);
  assert.equal(later.venue.clock.nowMs(), noon + 90_000);
  const again = await Promise.all(asked.map((path) => later.trader.get(path)));
  assert.deepEqual(
    again.map(({ body }) => body),
    told.map(({ body }) => body),
  );
  assert.match(told[0]?.body ?? "", /"tag":"mine"/);
  const open = await later.trader.rows("orders_pending", "/api/v5/trade/orders-pending");
  assert.deepEqual(
    open.map(({ clOrdId }) => clOrdId),
    ["j2"],
  );
  assert.equal(digest.length > 0, true);
  assert.equal((await later.trader.post(order, { ...marketBuy, clOrdId: "j1" })).code, "1");
  later.pass(600_000);
  assert.equal((await later.trader.post(order, { ...marketBuy, clOrdId: "j3" })).code, "0");
});

test("a line that a crash cut short is dropped, whatever was answered is there", async () => {
  const kept = fresh();
  const before = openDesk(kept);
  await before.trader.post(order, { ...restingBuy, px: "59000", clOrdId: "c1" });
  // Nothing is closed: the process is gone.
  appendFileSync(kept.journal, '{"type":"place","account":0,"instru');
  const later = openDesk(kept);
  const open = await later.trader.rows("orders_pending", "/api/v5/trade/orders-pending");
  assert.deepEqual(
    open.map(({ clOrdId }) => clOrdId),
    ["c1"],
  );
  await later.venue.close();
  assert.doesNotMatch(readFileSync(kept.journal, "utf8"), /"instru\n/);
});

function faultOf(options: VenueOptions): string {
  const opened = openVenue({ seed: 7, clock: { kind: "stepped" }, startMs: noon, ...options });
  assert.equal(opened.ok, false);
  return opened.ok ? "" : opened.fault.code;
}

test("a journal of another venue, or one that was changed, is refused", async () => {
  const kept = fresh();
  const before = openDesk(kept);
  await before.trader.post(order, { ...restingBuy, px: "59000", clOrdId: "d1" });
  await before.venue.close();
  assert.equal(faultOf({ ...kept, seed: 8 }), "journal_mismatch");
  assert.equal(faultOf({ ...kept, roster: makeRoster("live") }), "journal_mismatch");
  const text = readFileSync(kept.journal, "utf8");
  writeFileSync(
    kept.journal,
    text.replace('"type":"place","account":0', '"type":"place","account":9'),
  );
  assert.equal(faultOf(kept), "journal_damaged");
  writeFileSync(kept.journal, "");
  assert.equal(faultOf(kept), "journal_mismatch");
  assert.equal(faultOf({ ...kept, journal: join(folder, "none", "x") }), "journal_unwritable");
});
