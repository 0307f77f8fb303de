import assert from "node:assert/strict";
import { test } from "node:test";
import { maxAttempts, maxRetryAfterMs, readRetryAfter, retryWaitMs } from "./retry.ts";
import type { Retry, SourceFault } from "./source.ts";

function fault(retry: Retry): SourceFault {
  return { code: "source_failed", message: "", retry };
}

test("the wait is a random share of a bound that doubles up to a minute", () => {
  const bounds = [1000, 2000, 4000, 8000].map((_, at) => retryWaitMs(fault("soon"), at + 1, 1));
  assert.deepEqual(bounds, [1000, 2000, 4000, 8000]);
  assert.equal(retryWaitMs(fault("soon"), 1, 0), 0);
  assert.equal(retryWaitMs(fault("soon"), 3, 0.5), 2000);
});

test("what the source asks for is waited for, with the jitter on top", () => {
  assert.equal(retryWaitMs(fault({ afterMs: 30_000 }), 1, 0), 30_000);
  assert.equal(retryWaitMs(fault({ afterMs: 30_000 }), 1, 0.5), 30_500);
});

test("tries end, and some faults are not tried again at all", () => {
  assert.equal(retryWaitMs(fault("soon"), maxAttempts, 0.5), null);
  assert.equal(retryWaitMs(fault("next_poll"), 1, 0.5), null);
});

test("Retry-After is seconds or a date, bounded, and otherwise nothing", () => {
  const now = Date.UTC(1994, 10, 6, 8, 49, 7);
  assert.equal(readRetryAfter("120", now), 120_000);
  assert.equal(readRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT", now), 30_000);
  assert.equal(readRetryAfter("Sun, 06 Nov 1994 08:00:00 GMT", now), 0);
  assert.equal(readRetryAfter("999999999", now), maxRetryAfterMs);
  for (const text of [null, "", "-1", "soon", "1.5", "tomorrow", "Sun, 99 Nov 1994 08:49:37 GMT"]) {
    assert.equal(readRetryAfter(text, now), null, String(text));
  }
});
