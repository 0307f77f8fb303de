import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { evaluateSwitch, type SourceReading, type SwitchReason } from "./kill-switch.ts";
import { offWords, onWords, readSwitchWord } from "./switch-word.ts";

const at = { wallMs: 1_700_000_000_000, monoMs: 10 };

const readings: readonly (readonly [SourceReading, SwitchReason | null])[] = [
  [{ state: "not_configured" }, null],
  [{ state: "absent" }, "switch_absent"],
  [{ state: "unreadable" }, "switch_unreadable"],
  [{ state: "empty" }, "switch_empty"],
  [{ state: "text", text: "\n" }, "switch_empty"],
  [{ state: "text", text: "" }, "switch_empty"],
  [{ state: "text", text: "gar bage" }, "switch_unknown_word"],
  [{ state: "directory" }, "switch_directory"],
  [{ state: "fifo" }, "switch_fifo"],
  [{ state: "link" }, "switch_link"],
  [{ state: "special_file" }, "switch_special_file"],
  [{ state: "too_long" }, "switch_too_long"],
  [{ state: "unsafe_permissions" }, "switch_unsafe_permissions"],
  [{ state: "text", text: "1" }, "switch_on"],
  [{ state: "text", text: "HALT" }, "switch_on"],
  [{ state: "text", text: "0" }, "switch_off"],
  [{ state: "text", text: "off\n" }, "switch_off"],
];

test("every pair and triple of source states lets orders leave on explicit off words alone", () => {
  let allowed = 0;
  for (const [one, oneReason] of readings) {
    for (const [two, twoReason] of readings) {
      for (const [three, threeReason] of readings) {
        const verdict = evaluateSwitch(
          [
            { name: "one", reading: one },
            { name: "two", reading: two },
            { name: "three", reading: three },
          ],
          at,
        );
        const said = [oneReason, twoReason, threeReason].filter((reason) => reason !== null);
        const due = said.length > 0 && said.every((reason) => reason === "switch_off");
        assert.equal(verdict.allowed, due);
        assert.equal(verdict.allowed, verdict.reason === "switch_off");
        assert.equal(verdict.seen.length, said.length);
        const first = said.find((reason) => reason !== "switch_off");
        const expected = said.length === 0 ? "switch_not_configured" : (first ?? "switch_off");
        assert.equal(verdict.reason, expected);
        if (verdict.allowed) allowed += 1;
      }
    }
  }
  // Two off words and "not configured" in three places, but not three times "not configured".
  assert.equal(allowed, 3 ** 3 - 1);
});

test("no source at all is halted", () => {
  const verdict = evaluateSwitch([], at);
  assert.deepEqual(
    [verdict.allowed, verdict.reason, verdict.source],
    [false, "switch_not_configured", null],
  );
});

test("the verdict names the source that halts, and shows what each said on one line", () => {
  const verdict = evaluateSwitch(
    [
      { name: "EXECUTION_HALTED", reading: { state: "text", text: "0" } },
      { name: "/run/switch", reading: { state: "text", text: "on\nrm -rf / and more" } },
    ],
    at,
  );
  assert.equal(verdict.source, "/run/switch");
  assert.equal(verdict.at, at);
  assert.deepEqual(verdict.seen, [
    { source: "EXECUTION_HALTED", value: '"0"' },
    { source: "/run/switch", value: '"on\\nrm -rf / and "' },
  ]);
});

test("off words stand alone and in lower case, with one line end at most", () => {
  for (const word of offWords) {
    for (const text of [word, `${word}\n`, `${word}\r\n`]) {
      assert.equal(readSwitchWord(text), "off", JSON.stringify(text));
    }
    for (const text of [
      ` ${word}`,
      `${word} `,
      `${word}\n\n`,
      `${word}\n1`,
      `\n${word}`,
      `"${word}"`,
      `\uFEFF${word}`,
    ]) {
      assert.equal(readSwitchWord(text), "unknown", JSON.stringify(text));
    }
  }
  for (const text of ["OFF", "Off", "False", "NO", "00", "0.0", "-0", "n", "f", "disabled"]) {
    assert.equal(readSwitchWord(text), "unknown", text);
  }
  for (const word of onWords) {
    assert.equal(readSwitchWord(word), "on");
    assert.equal(readSwitchWord(`${word.toUpperCase()}\n`), "on");
  }
});

test("no random text is an off word but the listed ones", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 8 }), (text) => {
      const listed = offWords.flatMap((word) => [word, `${word}\n`, `${word}\r\n`]);
      assert.equal(readSwitchWord(text) === "off", listed.includes(text));
    }),
    { seed: 501, numRuns: 2000 },
  );
});
