import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { sharedPath, withoutShared } from "#support";
import { bookChecksum } from "./book-checksum.ts";
import { type BookFollower, createBookFollower } from "./book-follower.ts";
import type { RawLevel } from "./fields.ts";
import type { BookUpdateRow } from "./rows/market.ts";
import { parseServerFrame, pushedRows } from "./ws/server-frame.ts";

const session = "data/okx-raw-session-2022-05-13/OKX.ws.1.0.txt.gz";

test("the documented examples of the checksum come out", () => {
  const bids: RawLevel[] = [
    ["3366.1", "7", "0", "3"],
    ["3366", "6", "3", "4"],
  ];
  const asks: RawLevel[] = [
    ["3366.8", "9", "10", "3"],
    ["3368", "8", "3", "4"],
  ];
  // crc32("3366.1:7:3366.8:9:3366:6:3368:8"), by Python's zlib.
  assert.equal(bookChecksum(bids, asks), -1881014294);
  assert.equal(bookChecksum(bids.slice(0, 1), [...asks, ["3372", "8", "3", "4"]]), 831078360);
  assert.equal(bookChecksum([], []), 0);
});

test("the recorded session replays with each of its 290 checksums", {
  skip: withoutShared(session),
}, () => {
  const followers = new Map<string, BookFollower>();
  const seen = { snapshot: 0, update: 0 };
  const recording = gunzipSync(readFileSync(sharedPath(session))).toString("utf8");
  for (const line of recording.split("\n")) {
    const frame = parseServerFrame(/^[\d.]+: (\{.*)$/.exec(line)?.[1] ?? "");
    if (!frame.ok || frame.value.type !== "push") continue;
    const push = frame.value;
    const instId = String(push.arg["instId"]);
    for (const row of pushedRows(push, "books") ?? []) {
      const follower = followers.get(instId) ?? createBookFollower(instId);
      followers.set(instId, follower);
      assert.ok(push.action !== null && row.checksum !== undefined);
      const book = follower.apply(push.action, row);
      assert.ok(book.ok, book.ok ? "" : `${book.fault.message} at ${line.slice(0, 60)}`);
      seen[push.action] += 1;
    }
  }
  assert.deepEqual(seen, { snapshot: 3, update: 287 });
  assert.equal(followers.size, 3);
});

test("a book that lost a push is refused until the next snapshot", () => {
  const follower = createBookFollower("X");
  const first = row([["2", "1"]], [["3", "1"]], { prevSeqId: -1, seqId: 10 });
  const third = row([["1", "1"]], [], { prevSeqId: 11, seqId: 12 });
  assert.equal(faultOf(follower.apply("update", third)), "book_no_snapshot");
  assert.equal(faultOf(follower.apply("snapshot", first)), null);
  assert.equal(faultOf(follower.apply("update", third)), "book_sequence_gap");
  assert.equal(faultOf(follower.apply("update", third)), "book_no_snapshot");
  assert.equal(faultOf(follower.apply("snapshot", first)), null);
  const wrong = row([["1", "1"]], [], { prevSeqId: 10, seqId: 11, checksum: 7 });
  assert.equal(faultOf(follower.apply("update", wrong)), "book_checksum_mismatch");
});

test("following changes gives the book that they describe", () => {
  const change = fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 30 }), fc.nat({ max: 3 }));
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 8 }), { maxLength: 20 }), (pushes) => {
      const follower = createBookFollower("X");
      const sides = { bids: new Map<number, string>(), asks: new Map<number, string>() };
      follower.apply("snapshot", row([], [], { prevSeqId: -1, seqId: 0 }));
      for (const [index, changes] of pushes.entries()) {
        const latest = { bids: new Map<number, string>(), asks: new Map<number, string>() };
        for (const [isBid, price, size] of changes) {
          const side = isBid ? "bids" : "asks";
          latest[side].set(price, String(size));
          if (size === 0) sides[side].delete(price);
          else sides[side].set(price, String(size));
        }
        const levels = (side: "bids" | "asks"): [string, string][] =>
          [...latest[side]].map(([price, size]) => [String(price), size]);
        const links = { prevSeqId: index, seqId: index + 1 };
        const book = follower.apply("update", row(levels("bids"), levels("asks"), links));
        assert.ok(book.ok);
        for (const side of ["bids", "asks"] as const) {
          const expected = [...sides[side]].sort((a, b) => a[0] - b[0]);
          if (side === "bids") expected.reverse();
          const got: unknown = book.value[side].map((level) => [Number(level[0]), level[1]]);
          assert.deepEqual(got, expected);
        }
      }
    }),
    { seed: 4, numRuns: 200 },
  );
});

function row(
  bids: readonly (readonly [string, string])[],
  asks: readonly (readonly [string, string])[],
  rest: Partial<BookUpdateRow>,
): BookUpdateRow {
  const levels = (side: typeof bids): RawLevel[] => side.map(([px, sz]) => [px, sz, "0", "1"]);
  return { bids: levels(bids), asks: levels(asks), ts: "1700000000000", ...rest };
}

function faultOf(result: ReturnType<BookFollower["apply"]>): string | null {
  return result.ok ? null : result.fault.code;
}
