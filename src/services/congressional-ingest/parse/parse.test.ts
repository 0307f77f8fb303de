import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { orNull, plainText } from "./plain-text.ts";
import { midpointText, readAmount } from "./read-amount.ts";
import { daysBetween, readDay } from "./read-day.ts";
import { readPerson } from "./read-person.ts";

test("every amount that the recorded files hold has its bounds and its midpoint", () => {
  const rows: readonly (readonly [string, number, number | null, string, string | null])[] = [
    ["$1,001 - $15,000", 1001, 15_000, "given", "8000.5"],
    ["$1,000 - $15,000", 1000, 15_000, "given", "8000"],
    ["$25,000,001 - $50,000,000", 25_000_001, 50_000_000, "given", "37500000.5"],
    ["$1,000,000 +", 1_000_000, null, "open", null],
    ["Over $50,000,000", 50_000_000, null, "open", null],
    ["$1,001 -", 1001, null, "cut_off", null],
    [" $1001 - $15000 ", 1001, 15_000, "given", "8000.5"],
  ];
  for (const [text, min, max, upper, midpoint] of rows) {
    const read = readAmount(text);
    assert.deepEqual(read, { min, max, upper }, text);
    assert.equal(read === null ? "" : midpointText(read), midpoint);
  }
});

test("what is no range of dollars is no amount", () => {
  const texts = ["", "Unknown", "1,001 - 15,000", "$15,000 - $1,001", "$1,0001 - $2,0000"];
  for (const text of [...texts, "$-5", "$1.5 - $2", "$1,001", "$1e3 +", "$,001 -"]) {
    assert.equal(readAmount(text), null, text);
  }
});

test("days are read in both forms; days that never were, and years nobody lived, are not", () => {
  assert.equal(readDay("10/04/2021"), "2021-10-04");
  assert.equal(readDay("2/9/2020"), "2020-02-09");
  assert.equal(readDay("2021-10-04"), "2021-10-04");
  assert.equal(readDay("2021-10-04T00:00:00Z"), "2021-10-04");
  assert.equal(readDay("2020-02-29"), "2020-02-29");
  const wrong = ["0009-06-09", "20222-08-09", "0201-06-22", "2021-02-29", "13/01/2021", "", "N/A"];
  for (const text of [...wrong, "2021-10-4", "04.10.2021", "1989-12-31", "2021-10-04x"]) {
    assert.equal(readDay(text), null, text);
  }
  assert.equal(daysBetween("2020-02-28", "2020-03-01"), 2);
  assert.equal(daysBetween("2021-04-24", "2021-04-23"), -1);
});

test("titles and degrees leave a name wherever they stand, and accents leave the key", () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ["Hon. Virginia Foxx", "Virginia Foxx", "virginia-foxx"],
    ["None Deborah K. Ross", "Deborah K. Ross", "deborah-k-ross"],
    ["Hon. Neal Patrick MD, FACS Dunn", "Neal Patrick Dunn", "neal-patrick-dunn"],
    ["Hon. Neal Patrick Dunn MD, Facs", "Neal Patrick Dunn", "neal-patrick-dunn"],
    ["Hon. James E Hon Banks", "James E Banks", "james-e-banks"],
    ["Hon. Raúl M. Grijalva", "Raúl M. Grijalva", "raul-m-grijalva"],
    ["Hon. Tom O'Halleran", "Tom O'Halleran", "tom-ohalleran"],
    ["David A Perdue , Jr", "David A Perdue, Jr", "david-a-perdue-jr"],
    ["Jerry Moran,", "Jerry Moran", "jerry-moran"],
    ["Michael  B Enzi", "Michael B Enzi", "michael-b-enzi"],
  ];
  for (const [text, name, slug] of rows) assert.deepEqual(readPerson(text), { name, slug });
  for (const text of ["", "  ", "Hon.", "None", "--"]) assert.equal(readPerson(text), null, text);
});

test("HTML of a source becomes one plain line", () => {
  const bond =
    'Housing Auth <div class="text-muted"><em>Rate/Coupon:</em> 1.375%<br> <em>Matures:</em>' +
    " 11/15/2028</div>";
  assert.equal(plainText(bond), "Housing Auth Rate/Coupon: 1.375% Matures: 11/15/2028");
  assert.equal(plainText("Trading &amp; Co &lt;A&gt;\n\tOrdinary"), "Trading & Co <A> Ordinary");
  assert.equal(plainText("a < b > c"), "a < b > c");
  const sign = fc.constantFrom(
    "a",
    "<",
    ">",
    "/",
    "b",
    "&amp;",
    "&",
    "\n",
    "\u0000",
    "\ud83d",
    "é",
  );
  fc.assert(
    fc.property(fc.string({ unit: sign, maxLength: 200 }), fc.nat(50), (text, limit) => {
      const line = plainText(text, limit);
      assert.ok(line.length <= limit && line.isWellFormed() && !/\p{Cc}/u.test(line));
    }),
    { seed: 8, numRuns: 300 },
  );
});

test("every sign for nothing is nothing", () => {
  for (const text of ["", " ", "--", "N/A", "n/a", "None", "Unknown"]) {
    assert.equal(orNull(text), null);
  }
  assert.equal(orNull(" R "), "R");
});
