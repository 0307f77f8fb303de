import assert from "node:assert/strict";
import { test } from "node:test";
import { count, nullable, strictRecord, text } from "../artifacts/fields.ts";
import { parseRecord } from "./parse-record.ts";

type Sample = Readonly<{ a: number; b: string | null }>;
const sample = strictRecord<Sample>({ a: count, b: nullable(text) });

function codeOf(line: string): string {
  const { value, problems } = parseRecord(line, sample, 3);
  const [problem] = problems;
  assert.ok(problem === undefined || problem.line === 3);
  return problem?.code ?? JSON.stringify(value);
}

test("a record in its one spelling is read", () => {
  assert.equal(codeOf('{"a":1,"b":"x"}'), '{"a":1,"b":"x"}');
  assert.equal(codeOf('{"a":0,"b":null}'), '{"a":0,"b":null}');
});

test("another spelling of the same value is not canonical", () => {
  for (const line of [
    '{"b":"x","a":1}',
    '{"a":1, "b":"x"}',
    '{"a":1,"b":"x"} ',
    '{"a":1,"b":"x"}\r',
    '{"a":1.0,"b":"x"}',
    '{"a":1e0,"b":"x"}',
    '{"a":-0,"b":"x"}',
    '{"a":1,"b":"\\u0078"}',
    '{"a":2,"a":1,"b":"x"}',
  ]) {
    assert.equal(codeOf(line), "text_not_canonical", line);
  }
});

test("another value is invalid, and the field is named", () => {
  for (const line of [
    '{"a":1}',
    '{"a":1,"b":"x","c":1}',
    '{"a":-1,"b":"x"}',
    '{"a":1.5,"b":"x"}',
    '{"a":9007199254740993,"b":"x"}',
    '{"a":1e400,"b":"x"}',
    '{"a":"1","b":"x"}',
    '{"a":true,"b":"x"}',
    '{"a":null,"b":"x"}',
    "[]",
    "null",
    '"text"',
  ]) {
    assert.equal(codeOf(line), "record_invalid", line);
  }
  const { problems } = parseRecord('{"a":-1,"b":"x"}', sample, 1);
  assert.equal(problems[0]?.field, "a");
});

test("what is not JSON, however deep or long, is one short problem", () => {
  for (const line of ["", "{", "all is well", "[".repeat(2_000_000), "\ufeff{}", "\u0000"]) {
    const { problems } = parseRecord(line, sample, 1);
    assert.equal(problems.length, 1);
    assert.equal(problems[0]?.code, "json_invalid");
    assert.ok((problems[0]?.detail.length ?? 999) < 200);
  }
  assert.equal(codeOf(`${"[".repeat(100_000)}${"]".repeat(100_000)}`), "record_invalid");
});
