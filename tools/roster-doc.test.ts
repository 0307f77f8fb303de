import assert from "node:assert/strict";
import { test } from "node:test";
import { roster } from "#protocol";
import { rosterDocument, writtenRosterDocument } from "./roster-doc.ts";

test("docs/roster.md says what the roster says (else: node tools/roster-doc.ts)", () => {
  assert.equal(writtenRosterDocument(), rosterDocument());
});

test("the document names every agent, rule, owner and number", () => {
  const text = rosterDocument();
  for (const { agent_name, owner, must, never } of roster.agents) {
    assert.ok(text.includes(`## ${agent_name}\n`));
    assert.ok(text.includes(owner));
    for (const rule of [...must, ...never]) assert.ok(text.includes(rule.text), rule.id);
  }
  for (const name of Object.keys(roster.numbers)) assert.ok(text.includes(`\`${name}\``));
});
