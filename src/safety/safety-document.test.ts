import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bootGate, type GateEvent, gateStates, stepGate } from "./execution-gate.ts";
import { offWords, onWords } from "./switch-word.ts";

const text = readFileSync(new URL("../../docs/contracts/safety.md", import.meta.url), "utf8");

test("the contract of safety names the words, the reasons and the codes that the code has", () => {
  for (const word of [...offWords, ...onWords]) assert.ok(text.includes(`\`${word}\``), word);
  for (const file of ["kill-switch", "permit", "freshness", "halt-latch", "execution-gate"]) {
    const source = readFileSync(new URL(`./${file}.ts`, import.meta.url), "utf8");
    const codes = source.match(
      /"(?:switch|tick|clock|forced|latch|release|recover|halt|permit|account|gate|agent_mode|not_armed|mode)_[a-z_]+"/g,
    );
    for (const quoted of codes ?? []) {
      const code = quoted.slice(1, -1);
      if (notCodes.has(code)) continue;
      assert.ok(text.includes(`\`${code}\``), `${file}: ${code}`);
    }
  }
});

/** Names of events and of proofs. */
const notCodes = new Set(["switch_halted", "switch_allowed"]);

test("the table of the gate in the contract is the machine", () => {
  const facts = {
    atMs: 0,
    by: "Ada",
    reason: "r",
    jitter: 0,
    switchAllowed: true,
    dataFresh: true,
  };
  const rows = {
    "switch halted": "switch_halted",
    "switch allowed": "switch_allowed",
    "data stale": "data_stale",
    "data fresh": "data_fresh",
    exception: "exception",
    "recover, granted": "recover",
  } as const;
  for (const [name, type] of Object.entries(rows)) {
    const event = { ...facts, type } as GateEvent;
    const to = gateStates.map((state) => stepGate({ ...bootGate(0), state }, event).gate.state);
    assert.ok(text.includes(`| ${name} | ${to.join(" | ")} |`), name);
  }
});
