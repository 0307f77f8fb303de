import { type Fault, isoFromMillis, type Result } from "#base";
import { orderDocumentText, type StartupPreflight } from "#evidence";
import type { Flattened } from "../flatten/flatten-account.ts";
import type { AccountSeen } from "../loop/account-look.ts";
import type { RunSession } from "../run/open-session.ts";
import { writeRunDocument } from "./write-document.ts";

/** startup_preflight.json, as soon as it is known; without a flatten, why there was none. */
export function landPreflight(
  { journal, runId, request, startedMs, directory }: RunSession,
  flattened: Flattened | null,
  whyNot: string,
): Result<void, Fault> {
  const endMs = flattened?.endedMs ?? journal.clock.nowMillis();
  const document: StartupPreflight = {
    schema_version: "startup_preflight/1",
    run_id: runId,
    mode: request.mode,
    inst_id: request.config.instId,
    start_time: isoFromMillis(startedMs),
    end_time: isoFromMillis(endMs),
    duration_ms: endMs - startedMs,
    before: lookOf(flattened?.before ?? null),
    after: lookOf(flattened?.after ?? null),
    actions: flattened?.actions ?? [],
    preflight_status: flattened?.status ?? "failed",
    preflight_errors: flattened?.errors ?? [whyNot],
  };
  const text = orderDocumentText("startup_preflight", document);
  return writeRunDocument(directory, "startup_preflight.json", text);
}

function lookOf(seen: AccountSeen | null): StartupPreflight["before"] {
  const orders = seen?.openOrders ?? null;
  const positions = seen?.positions?.length ?? null;
  const balance = seen?.balance?.eq ?? null;
  const why = "not_answered";
  return {
    open_orders_count: orders,
    open_orders_count_reason: orders === null ? why : null,
    positions_count: positions,
    positions_count_reason: positions === null ? why : null,
    balance,
    balance_reason: balance === null ? why : null,
  };
}
