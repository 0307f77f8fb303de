import { type Fault, ok, type Result } from "#base";
import { hash16 } from "../landing/agent-names.ts";
import type { Probed } from "../preflight/probe-venue.ts";
import { recoverRun } from "../recover/recover-run.ts";
import type { RunSession } from "../run/open-session.ts";
import type { VenueRunRequest } from "../run/run-request.ts";
import { tellError } from "../run/tell-error.ts";
import { holdAccount } from "./hold-account.ts";
import { settleUnfinished } from "./settle-unfinished.ts";
import { type UnfinishedRun, unfinishedRuns } from "./unfinished-runs.ts";

/** What became of a run that a process left behind. */
export type EndedRun = Readonly<{
  runId: string;
  /** Ended, audited and sealed; or given up, with its orders settled. */
  how: "ended" | "given_up";
  orders: number;
  /** Attempts that were under way when the process ended. */
  withoutOutcome: number;
  /** Orders that still rested and were cancelled. */
  cancelled: number;
}>;

/** Nobody will ever end such a run: others traded since, or it is of another version. */
const hopeless: ReadonlySet<string> = new Set(["run_overtaken", "recorded_config_unknown"]);

/**
 * Whatever a process left behind on this account is ended before anything new begins. Faults:
 * those of unfinishedRuns, recoverRun, holdAccount and settleUnfinished.
 */
export async function endUnfinished(
  request: VenueRunRequest,
  probed: Probed,
): Promise<Result<readonly EndedRun[], Fault>> {
  const unfinished = unfinishedRuns(request.root, hash16(probed.account.uid));
  if (!unfinished.ok) return unfinished;
  const all: EndedRun[] = [];
  for (const left of unfinished.value) {
    const ended = await endOne(request, probed, left);
    if (!ended.ok) return ended;
    all.push(ended.value);
  }
  return ok(all);
}

async function endOne(
  request: VenueRunRequest,
  probed: Probed,
  left: UnfinishedRun,
): Promise<Result<EndedRun, Fault>> {
  const { root, venue, auditor, secrets, halt, clock, sealer } = request;
  const asked = { root, venue, auditor, secrets, halt, clock, sealer };
  const recovered = await recoverRun({ ...asked, directory: left.directory });
  if (recovered.ok) {
    const { runId, orders, withoutOutcome, cancelled } = recovered.value;
    return ok({ runId, how: "ended", orders, withoutOutcome, cancelled });
  }
  if (!hopeless.has(recovered.fault.code)) return recovered;
  const held = holdAccount(root, hash16(probed.account.uid));
  if (!held.ok) return held;
  try {
    const settled = await settleUnfinished(request, probed, left);
    return settled.ok ? ok({ ...settled.value, how: "given_up" }) : settled;
  } finally {
    held.value.release();
  }
}

export function tellEnded(session: RunSession, { runId, how, ...counts }: EndedRun): void {
  const { orders, withoutOutcome, cancelled } = counts;
  const detail = `${runId}: ${orders} orders, ${withoutOutcome} in flight, ${cancelled} cancelled`;
  const code = `unfinished_run_${how}`;
  tellError(session, { tick: null, type: "restart", code, detail });
}
