import type { Derived } from "../derive.ts";
import { linesOf, must, type Variant, variant } from "./variant.ts";

const freeze = "step74_freeze";

/** Freezes and fences. */
export const fenceVariants: readonly Variant[] = [
  variant(freeze, "freeze_repeated", "a freeze triggered twice", {
    session: ({ freezes }) => void freezes.push(structuredClone(must(freezes[0]))),
  }),
  variant(freeze, "freeze_refusal_contradicts", "a refusal by freeze that names none", {
    session: (session) => void (must(linesOf(session, "frozen")[0]).freeze = null),
  }),
  variant(freeze, "freeze_trigger_missing", "a refusal whose trigger is nowhere", {
    session: (session) => void session.freezes.splice(0, 1),
  }),
  variant(freeze, "freeze_reason_differs", "a refusal for another reason", {
    session: (session) => {
      must(must(linesOf(session, "frozen")[0]).freeze).freeze_reason_code = "p2_overdue";
    },
  }),
  variant(freeze, "freeze_refusal_early", "a refusal before its trigger", {
    session: (session) =>
      void (must(session.freezes[0]).ts_utc = must(session.ticks.at(-1)).ts_utc),
  }),
  variant(freeze, "freeze_broken", "orders sent while execution was frozen", {
    session: (session) => void (must(session.freezes[0]).ts_utc = must(session.ticks[2]).ts_utc),
  }),
  variant(freeze, "freeze_broken", "a ledger that counts orders in a frozen tick", {
    session: (session) => void (must(session.freezes[0]).tick = 3),
  }),
  variant(freeze, "freeze_gate_off", "a run without its freeze gate", {
    manifest: (manifest) => void (must(manifest.execution_freeze).enabled = false),
  }),
  variant(freeze, "freeze_manifest_differs", "a manifest that denies the freeze", {
    manifest: (manifest) => {
      const section = must(manifest.execution_freeze);
      [section.frozen, section.status] = [false, "not_triggered"];
    },
  }),
  fence("fence_repeated", "a fence that is counted twice", ({ telemetry }) =>
    telemetry.fences.push(structuredClone(must(telemetry.fences[3]))),
  ),
  fence("fence_counts_wrong", "a fence that blocks without triggering", ({ telemetry }) => {
    must(telemetry.fences[3]).block_count = 1;
  }),
  fence("fence_without_switch", "a man-made fence without a switch", ({ telemetry }) => {
    const row = must(telemetry.fences[2]);
    [row.off_switch, row.off_switch_reason] = [null, "nobody wrote one"];
  }),
  fence("fence_missing", "a required fence that nobody counted", ({ telemetry }) => {
    telemetry.fences.splice(2, 1);
  }),
  variant("fence_audit", "fence_unknown", "a refusal by a fence of no inventory", {
    session: (session) => {
      must(linesOf(session, "limited")[0]).gate.gate_name = "fence_secret";
    },
  }),
  fence("fence_blocks_differ", "more blocks than refusals", ({ telemetry }) => {
    const row = must(telemetry.fences[4]);
    [row.trigger_count, row.block_count] = [2, 2];
  }),
  fence("fence_base_differs", "more attempts than were made", ({ telemetry }) => {
    telemetry.attempts += 1;
  }),
  fence("fence_rate_hidden", "a high rate that nobody mentions", ({ telemetry }) => {
    telemetry.high_rate_fences = [];
  }),
  fence("fence_rate_differs", "a high rate told too low", ({ telemetry }) => {
    must(telemetry.high_rate_fences[0]).rate_ppm -= 1;
  }),
  fence("fence_without_counterfactual", "a man-made fence never tried without", ({ telemetry }) => {
    const row = must(telemetry.fences[1]);
    [row.category, row.off_switch, row.off_switch_reason] = ["man_made", "flag", null];
  }),
];

function fence(code: string, name: string, edit: (derived: Derived) => void): Variant {
  return variant("fence_audit", code, name, { derived: ({ derived }) => edit(derived) });
}
