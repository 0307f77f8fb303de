import { z } from "zod";
import { type Fault, ok, type Result } from "#base";
import {
  createEnding,
  optional,
  type RunningService,
  type ServiceDeps,
  type ServiceEnd,
  type ServiceFacts,
  type Setting,
} from "#mesh";
import { type Addresses, createGet, type OpsInputs, type OpsResult, rosterAddresses } from "#ops";
import { type RosterName, rosterNames } from "#protocol";

/** What every batch that looks at the mesh may be told. */
export type OpsBatchConfig = Readonly<{ addresses: Addresses }>;

/** `NAME=URL` between commas; whoever is not named is not asked. */
export const opsAddresses: Setting<Addresses> = optional<Addresses>("ASSAY_OPS_ADDRESSES", {
  meaning: "where agents answer, as NAME=URL between commas; unset: the roster's ports, here",
  schema: addressList(),
  fallback: rosterAddresses(),
});

/**
 * A batch: it reads once, lands its result and is done. A bad verdict is a complete result; only
 * what cannot be written fails it.
 */
export async function startOpsBatch<C extends OpsBatchConfig>(
  deps: ServiceDeps<C>,
  act: (inputs: OpsInputs) => Promise<Result<OpsResult, Fault>>,
): Promise<Result<RunningService, Fault>> {
  const { config, root, clock, identity, log, timers } = deps;
  const ending = createEnding();
  const inputs: OpsInputs = {
    get: createGet(),
    addresses: config.addresses,
    root,
    nowMs: clock.nowMs,
    version: identity.version,
    gitSha: identity.git_commit,
  };
  const startedMs = clock.nowMs();
  timers.after(0, async () => {
    const result = await act(inputs);
    ending.end(endOf(result));
    if (!result.ok) return;
    const { written, posture } = result.value;
    log.info("ops.landed", { verdict: posture.verdict, written });
  });
  return ok({
    readiness: () => ({ ready: false, checks: { job: "job" } }),
    opsFacts: () => factsOf(startedMs),
    async stop() {
      ending.end({ outcome: "stopped" });
    },
    ended: ending.ended,
  });
}

function endOf(result: Result<OpsResult, Fault>): ServiceEnd {
  return result.ok ? { outcome: "done" } : { outcome: "failed", fault: result.fault };
}

function factsOf(startedMs: number): ServiceFacts {
  return {
    kind: "ops",
    mode: "OBSERVE",
    missing_fields: [],
    execution_enabled: null,
    // It is the one who looks, whatever the hour.
    market: "open",
    marketdata: "none",
    last_tick_ms: null,
    last_bar_ms: null,
    last_heartbeat_ms: startedMs,
    degraded_by: [],
  };
}

function addressList(): z.ZodType<Addresses, string> {
  return z.string().transform((text, context) => {
    const addresses = new Map<RosterName, string>();
    for (const part of text.split(",")) {
      const [word = "", url = ""] = part.trim().split(/=(.*)/s);
      const name = rosterNames.find((known) => known === word);
      const isUrl = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
      if (name === undefined || !isUrl || addresses.has(name)) {
        context.addIssue("expected NAME=URL between commas, each name of the roster once");
        return z.NEVER;
      }
      addresses.set(name, url.replace(/\/$/, ""));
    }
    return addresses;
  });
}
