import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { rosterAgent } from "#protocol";
import { executionAgentConfig } from "./config.ts";

const contract = readFileSync(
  join(import.meta.dirname, "../../../docs/contracts/execution-agent.md"),
  "utf8",
);

/** Codes that this service makes itself; those of other layers are in their contracts. */
function codesInSource(): ReadonlySet<string> {
  const codes = new Set<string>();
  const all = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" });
  for (const path of all.filter((name) => /(?<!\.test)\.ts$/.test(name))) {
    const text = readFileSync(join(import.meta.dirname, path), "utf8");
    for (const [, code] of text.matchAll(/(?:code: |refuse\(|found\.push\()"([a-z_]+)"/g)) {
      if (code !== undefined) codes.add(code);
    }
  }
  return codes;
}

/** Said of a start that fails, in the words of its message, and of files that are broken. */
const ofTheStart: ReadonlySet<string> = new Set([
  "body_malformed",
  "config_invalid",
  "config_missing",
  "clock_skewed",
  "instrument_not_live",
  "instrument_unknown",
  "key_may_not_trade",
  "limits_malformed",
  "limits_unreadable",
  "order_folder_malformed",
  "order_folder_unreadable",
  "position_mode_not_net",
  "venue_unreachable",
  "watchdog_failed",
  "watchdog_timed_out",
]);

test("the contract names every code with which a request is refused", () => {
  const codes = [...codesInSource()].filter((code) => !ofTheStart.has(code));
  assert.ok(codes.length > 15, codes.join(" "));
  assert.deepEqual(
    codes.filter((code) => !contract.includes(`\`${code}\``)),
    [],
  );
});

test("the contract names every secret setting, and every route is in the roster", () => {
  const secrets = Object.values(executionAgentConfig).filter(({ secret }) => secret);
  for (const { variable } of secrets) {
    const short = variable.replace("ASSAY_EXECUTION_API_", "_API_");
    assert.ok(contract.includes(variable) || contract.includes(`\`${short}\``), variable);
  }
  const routes = [...contract.matchAll(/`((?:GET|POST) \/[a-z/-]+)/g)].map(([, route]) => route);
  const { endpoints } = rosterAgent("execution-agent");
  for (const route of routes) assert.ok(endpoints.includes(route ?? ""), `${route} in the roster`);
});
