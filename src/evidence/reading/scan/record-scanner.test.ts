import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { z } from "zod";
import { rosterAgent, rosterHead } from "../../artifacts/agent-roster.ts";
import { behaviorRecord } from "../../artifacts/behaviors.ts";
import { birthLine } from "../../artifacts/birth-events.ts";
import { ledgerLine } from "../../artifacts/capital-ledger.ts";
import { collapseEventLine } from "../../artifacts/collapse-events.ts";
import { deathLine } from "../../artifacts/death-events.ts";
import { errorLine } from "../../artifacts/errors.ts";
import { genomeLine } from "../../artifacts/genomes-snapshot.ts";
import { billRow, fillRow, orderHistoryRow } from "../../artifacts/orders/audit-rows.ts";
import { auditorDiscrepancy } from "../../artifacts/orders/auditor-report.ts";
import { decisionTraceLine } from "../../artifacts/orders/decision-trace.ts";
import { exchangeApiCall } from "../../artifacts/orders/exchange-api-calls.ts";
import { executionError } from "../../artifacts/orders/execution-errors.ts";
import { freezeEvent } from "../../artifacts/orders/freeze-events.ts";
import { ledgerTick } from "../../artifacts/orders/ledger-ticks.ts";
import { orderAttempt } from "../../artifacts/orders/order-attempts.ts";
import { orderStatusSample } from "../../artifacts/orders/order-status-samples.ts";
import { pagingTrace } from "../../artifacts/orders/paging-traces.ts";
import { executionRawRecord } from "../../artifacts/orders/raw-shards.ts";
import { poolRecord } from "../../artifacts/pool-record.ts";
import { seasonLine } from "../../artifacts/seasons.ts";
import { type Shape, shapeOf } from "../../artifacts/shape.ts";
import { survivorLine } from "../../artifacts/survivors.ts";
import { judgeRecord } from "../parse-record.ts";
import { scanLine } from "./record-scanner.ts";

const schemas: Readonly<Record<string, z.ZodType<object>>> = {
  ...{ rosterHead, rosterAgent, behaviorRecord, birthLine, ledgerLine, collapseEventLine },
  ...{ deathLine, errorLine, genomeLine, seasonLine, survivorLine, poolRecord },
  ...{ billRow, fillRow, orderHistoryRow, auditorDiscrepancy, decisionTraceLine },
  ...{ exchangeApiCall, executionError, freezeEvent, ledgerTick, orderAttempt },
  ...{ orderStatusSample, pagingTrace, executionRawRecord },
};

/** A line may be left to the schema; what is taken, the schema takes as the same value. */
function check(text: string, schema: z.ZodType<object>): boolean {
  const taken = scanLine(text, schema);
  if (taken === null) return false;
  const { value, problems } = judgeRecord(text, schema, 1);
  assert.deepEqual(problems, [], text);
  assert.deepStrictEqual(taken, value, text);
  // The order of its keys as well.
  assert.equal(JSON.stringify(taken), text);
  return true;
}

for (const [name, schema] of Object.entries(schemas)) {
  test(`${name}: what a scanner takes is what the schema takes, and plain lines are taken`, () => {
    let taken = 0;
    fc.assert(
      fc.property(valueOf(schema), fc.array(mutation(), { maxLength: 3 }), (value, mutations) => {
        const text = JSON.stringify(value);
        const isFine = judgeRecord(text, schema, 1).problems.length === 0;
        const isTaken = check(text, schema);
        // Escapes and letters beyond ASCII are left to the schema, and nothing else is.
        assert.equal(isTaken, isFine && isPlain(text), text);
        taken += isTaken ? 1 : 0;
        let changed = text;
        for (const mutate of mutations) {
          changed = mutate(changed);
          check(changed, schema);
        }
      }),
      { seed: 31, numRuns: 200 },
    );
    assert.ok(taken > 25, `${taken} taken`);
  });
}

test("a line is taken by text or bytes alike, and a longer one never by its beginning", () => {
  const schema = seasonLine;
  const text =
    '{"run_id":"HF_0123456789abcdef","seq":1,"ts_utc":"2024-01-01T00:00:00.000Z","tick":1,' +
    '"bar_index":1,"season":0,"segment":0,"edge":"end","start_index":0,"bars":9,' +
    '"alive_agents":1,"capital_triplet":{"allocated_capital_micro":-5,' +
    '"system_reserve_micro":9007199254740991,"current_total_micro":0}}';
  const value: unknown = JSON.parse(text);
  assert.deepEqual(scanLine(text, schema), value);
  assert.deepEqual(scanLine(Buffer.from(text), schema), value);
  for (const other of [
    `${text} `,
    `${text}\n`,
    `${text}\n${text}`,
    `${text}}`,
    text.slice(0, -1),
    "",
    text.replace("-5", "-0"),
    text.replace("-5", "05"),
    text.replace("-5", "5.0"),
    text.replace("-5", "5e0"),
    text.replace("9007199254740991", "9007199254740992"),
    text.replace("9007199254740991", "9007199254740993"),
    text.replace("9007199254740991", "99999999999999999999"),
    text.replace("abcdef", "abcde\u0166"),
    text.replace('"end"', '"e\\u006ed"'),
    text.replaceAll(",", ", "),
  ]) {
    assert.equal(scanLine(other, schema), null, other);
  }
});

test("base64 that could be written otherwise is left to the schema", () => {
  const line = (weights: string): string =>
    '{"run_id":"HF_0123456789abcdef","ts_utc":"2024-01-01T00:00:00.000Z","tick":1,' +
    '"agent_id":"a000001","agent_id_hash":"0123456789abcdef","gene_id":"0123456789abcdef",' +
    `"weights_sha256":"${"0".repeat(64)}","genome_schema_version":"linear/1","weights_count":1,` +
    `"encoding":"base64_float32_le","weights":"${weights}"}`;
  assert.notEqual(scanLine(line("AAAAAA=="), genomeLine), null);
  for (const odd of ["", "A", "AA", "AB==", "AA=", "A===", "AA-_", "AA A", "????", "AAAA="]) {
    assert.equal(scanLine(line(odd), genomeLine), null, odd);
  }
});

function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text) && !text.includes("\\") && !text.includes("\u007f");
}

/** Values of a schema by its shape, with some that it refuses. */
function valueOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const shape = shapeOf(schema);
  return shape === null ? foreignValue : shapeValue(shape);
}

/** What a venue sent: nested, of any type. */
const foreignValue = fc.oneof(
  { weight: 9, arbitrary: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.jsonValue()) },
  { weight: 1, arbitrary: fc.jsonValue() },
);

function shapeValue(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case "whole":
      return fc.oneof(
        { weight: 60, arbitrary: fc.maxSafeInteger().map((value) => Math.max(value, shape.least)) },
        { weight: 60, arbitrary: fc.nat().map((value) => Math.max(value, shape.least)) },
        { weight: 1, arbitrary: fc.oneof(fc.double(), fc.integer({ min: -2, max: 2 })) },
      );
    case "number":
      return fc.oneof(fc.double({ noNaN: true }), fc.float({ noNaN: true }), fc.integer());
    case "flag":
      return fc.boolean();
    case "hex":
      return fc.stringMatching(new RegExp(`^[0-9a-f]{${shape.digits}}$`));
    case "agent_id":
      return fc.stringMatching(/^a(?:\d{6}|[1-9]\d{6,15})$/);
    case "base64":
      return base64Value;
    case "text":
      return textValue(shape.holds);
    case "constant":
      return fc.constantFrom(...shape.values);
    case "nullable":
      return fc.oneof(fc.constant(null), valueOf(shape.of));
    case "list":
      return fc.array(valueOf(shape.of), { maxLength: 4 });
    case "either":
      return fc.oneof(...shape.of.map(valueOf));
    case "record": {
      const { fields } = shape;
      const members = Object.entries(fields).map(([key, schema]) => [key, valueOf(schema)]);
      const record = fc.record(
        Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>,
      );
      return record.map((value) => explained(inOrder(value, Object.keys(fields))));
    }
  }
}

function inOrder(value: Readonly<Record<string, unknown>>, keys: readonly string[]): object {
  return Object.fromEntries(keys.map((key) => [key, value[key]]));
}

/** Most records agree with themselves: a reason stands beside null, and only there. */
function explained(value: object): object {
  const known = new Map(Object.entries(value));
  return Object.fromEntries(
    [...known].map(([key, member]) => {
      const about = key.endsWith("_reason") ? known.get(key.slice(0, -7)) : undefined;
      if (about === undefined || known.get("seq") === 3) return [key, member];
      return [key, about === null ? "unknown" : null];
    }),
  );
}

const samples = [
  ...["HF_0123456789abcdef", "2024-02-29T23:59:59.999Z", "a000001", "0.5", "-12.25", "0", "x"],
  ...["PROMOTE_0123456789abcdef_20240101T000000Z_01234567", "some words, here", "L1_OK"],
  ...["orders/raw.jsonl", "a".repeat(63), "a".repeat(64), "~", "abc", "BTC-USDT-SWAP"],
];

const base64Value = fc
  .uint8Array({ minLength: 1 })
  .map((bytes) => Buffer.from(bytes).toString("base64"));

function textValue(holds: (text: string) => boolean): fc.Arbitrary<string> {
  const some = samples.filter(holds);
  const any = fc.string({ unit: "grapheme", maxLength: 80 });
  const plain = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 70 });
  const frequent = { weight: 40, arbitrary: fc.constantFrom(...(some.length > 0 ? some : ["?"])) };
  return fc.oneof(frequent, { weight: 1, arbitrary: any }, { weight: 1, arbitrary: plain });
}

type Mutation = (text: string) => string;

/** One change of a text: a byte, a piece, a spelling. */
function mutation(): fc.Arbitrary<Mutation> {
  const place = fc.nat({ max: 4000 });
  const unit = fc.constantFrom(
    ...Array.from('0123456789abcdefghijklmnopqrstuvwxyz"{}[]:,.-+\\ \n\u0000\u007fé€'),
  );
  return fc.oneof(
    fc.tuple(place, unit).map(
      ([at, letter]): Mutation =>
        (text) => {
          const from = at % (text.length + 1);
          return `${text.slice(0, from)}${letter}${text.slice(from + 1)}`;
        },
    ),
    fc.tuple(place, unit).map(
      ([at, letter]): Mutation =>
        (text) => {
          const from = at % (text.length + 1);
          return `${text.slice(0, from)}${letter}${text.slice(from)}`;
        },
    ),
    fc.tuple(place, place).map(
      ([at, length]): Mutation =>
        (text) => {
          const from = at % (text.length + 1);
          return `${text.slice(0, from)}${text.slice(from + 1 + (length % 9))}`;
        },
    ),
    fc.tuple(place, place).map(
      ([one, other]): Mutation =>
        (text) => {
          const [from, to] = [one % (text.length + 1), other % (text.length + 1)];
          return `${text.slice(0, from)}${text.slice(from, from + 12)}${text.slice(to)}`;
        },
    ),
    fc.constantFrom<Mutation>(
      (text) => text.replace(/(\d)([,}])/, "$1.0$2"),
      (text) => text.replace(/:(\d)/, ":-$1"),
      (text) => text.replace(/:(\d)/, ":0$1"),
      (text) => text.replace(/:(\d+)/, ":$1e1"),
      (text) => text.replace(/:(\d+)/, ":99999999$1"),
      (text) =>
        text.replace(
          /"([a-z])/,
          (_, letter: string) => `"\\u00${letter.charCodeAt(0).toString(16)}`,
        ),
      (text) => text.replace(/:null/, ':""'),
      (text) => text.replace(/:null/, ":true"),
      (text) => text.replace(/,("[a-z_]+":[^,{}[\]]+)/, ",$1,$1"),
    ),
  );
}
