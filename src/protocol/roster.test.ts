import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { sharedPath, withoutShared } from "#support";
import { healthMaxAgeSeconds, healthTimeoutMs } from "./health-body.ts";
import { heartbeatTtlSeconds, staleAlarmSeconds } from "./ops-facts.ts";
import { roster, rosterAgent } from "./roster.ts";
import { rosterNames, rosterShape } from "./roster-shape.ts";

const plan = ["seeds", "002_agent_mesh_operational_plan.md"];

/** Cells of the table of the plan, without the marks of Markdown. */
function planRows(): readonly (readonly string[])[] {
  const text = readFileSync(sharedPath(...plan), "utf8");
  const from = text.indexOf("| agent_name |");
  return text
    .slice(from, text.indexOf("\n\n", from))
    .split("\n")
    .slice(2)
    .map((row) => row.split("|").map((cell) => cell.replaceAll(/[*`]/g, "").trim()));
}

test("the roster lists each agent once, in order", () => {
  assert.deepEqual(
    roster.agents.map(({ agent_name }) => agent_name),
    rosterNames,
  );
  assert.equal(rosterAgent("execution-agent").mode_default, "OFF");
});

test("every row of the plan is in the roster with its mode, criticality and target", {
  skip: withoutShared(...plan),
}, () => {
  const rows = planRows();
  assert.equal(rows.length, 9);
  for (const [, named = "", , mode = "", , , criticality = "", , , slo = ""] of rows) {
    const [name = "", note = ""] = named.split(" (");
    const agent = roster.agents.find(({ agent_name }) => agent_name === name);
    assert.ok(agent !== undefined, `${name} is missing`);
    assert.ok(mode.startsWith(agent.mode_default), `${name}: ${mode}`);
    assert.ok(criticality.startsWith(agent.criticality), `${name}: ${criticality}`);
    if (note.startsWith("runtime:")) {
      assert.match(note, /gamma-strategy, whale-strategy/);
      assert.deepEqual(agent.runtimes.slice(0, 2), ["gamma-strategy", "whale-strategy"]);
    }
    const target = /([0-9.]+)%/.exec(slo);
    assert.equal(agent.slo.target_percent, target === null ? null : Number(target[1]), name);
  }
});

test("every must and never of the plan's contracts has a rule of its own", {
  skip: withoutShared(...plan),
}, () => {
  const text = readFileSync(sharedPath(...plan), "utf8");
  const contracts = text.slice(text.indexOf("## Agent contracts"), text.indexOf("## Ops cadence"));
  const sections = contracts.split("\n### ").slice(1);
  assert.equal(sections.length, 8);
  for (const section of sections) {
    const name = /^`([a-z-]+)`/.exec(section)?.[1] ?? "";
    const agent = roster.agents.find(({ agent_name }) => agent_name === name);
    assert.ok(agent !== undefined, `${name} is missing`);
    // What we add to the plan stands behind what the plan says.
    assert.ok(agent.must.length >= bullets(section, "Must do"), `${name} must`);
    assert.ok(agent.never.length >= bullets(section, "Must never do"), `${name} never`);
  }
});

function bullets(section: string, head: string): number {
  const from = section.indexOf(`- **${head}`);
  const rest = section.slice(from).split("\n").slice(1);
  const end = rest.findIndex((row) => row.startsWith("- "));
  return rest.slice(0, end).filter((row) => row.startsWith("  - ")).length;
}

test("every agent has an owner on duty, rules with ids in order, and no rule twice", () => {
  const texts: string[] = [];
  for (const { agent_name, owner, must, never } of roster.agents) {
    assert.notEqual(owner, "unassigned");
    assert.deepEqual(
      must.map(({ id }) => id),
      must.map((_, index) => `${agent_name}.must.${index + 1}`),
    );
    assert.deepEqual(
      never.map(({ id }) => id),
      never.map((_, index) => `${agent_name}.never.${index + 1}`),
    );
    texts.push(...[...must, ...never].map(({ id, text }) => id + text));
  }
  assert.equal(new Set(texts).size, texts.length);
});

test("what serves HTTP has a port, the common endpoints and probes; a batch has none", () => {
  for (const { agent_name, process, port_default, probes, endpoints } of roster.agents) {
    const { startup, readiness, liveness } = probes;
    const served = process !== "batch";
    assert.equal(port_default !== null, served, agent_name);
    assert.equal(startup !== null && readiness !== null && liveness !== null, served, agent_name);
    for (const path of ["/livez", "/readyz", "/health", "/ops/status", "/metrics"]) {
      assert.equal(endpoints.includes(`GET ${path}`), served, `${agent_name} ${path}`);
    }
    for (const probe of [startup, readiness, liveness]) {
      if (probe !== null) assert.ok(endpoints.includes(`GET ${probe.path}`), agent_name);
    }
  }
});

test("only execution-agent may route orders, and it is off, alone and never restarted", () => {
  const routes = roster.agents.filter(({ outputs }) => outputs.join().includes("broker orders"));
  assert.deepEqual(
    routes.map(({ agent_name, mode_default, process, restart_policy }) => {
      return [agent_name, mode_default, process, restart_policy];
    }),
    [["execution-agent", "OFF", "own", "never"]],
  );
  assert.ok(roster.agents.every(({ mode_default }) => mode_default !== "LIVE"));
});

test("numbers that code and roster both hold are the same", () => {
  const { numbers } = roster;
  assert.equal(numbers["health_max_age_seconds"], healthMaxAgeSeconds);
  assert.equal(numbers["health_timeout_seconds"], healthTimeoutMs / 1000);
  assert.equal(numbers["heartbeat_ttl_seconds"], heartbeatTtlSeconds);
  assert.equal(numbers["stale_alarm_seconds"], staleAlarmSeconds);
});

test("a roster with an agent gone, twice, unowned or with a stray field is refused", () => {
  const [first, second, ...rest] = roster.agents;
  assert.ok(first !== undefined && second !== undefined);
  const wrong: readonly (readonly object[])[] = [
    [second, ...rest],
    [first, second, second, ...rest],
    [second, first, ...rest],
    [{ ...first, owner: "" }, second, ...rest],
    [{ ...first, must: [] }, second, ...rest],
    [{ ...first, mode_default: "EXECUTE" }, second, ...rest],
    [{ ...first, port_default: second.port_default }, second, ...rest],
    [{ ...first, colour: "red" }, second, ...rest],
    [{ ...first, runtimes: ["gamma-strategy"] }, second, ...rest],
  ];
  assert.equal(rosterShape.safeParse(roster).success, true);
  for (const agents of wrong) {
    assert.equal(rosterShape.safeParse({ ...roster, agents }).success, false);
  }
});
