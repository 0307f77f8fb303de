import { err, type Fault, ok, type Result } from "#base";
import {
  type ApprovedChange,
  type ArmedLease,
  type Arming,
  type ArmingEvent,
  type ArmingStep,
  bootArming,
  type ChangeDigests,
  type ChangeOp,
  type Freshness,
  type HaltDemand,
  type HaltReading,
  latchAllows,
  leaseOf,
  type Moment,
  type ReleaseProof,
  stepArming,
} from "#safety";
import type { Admitted } from "./admit.ts";
import type { ArmingTarget } from "./arming-target.ts";
import type { Approval } from "./judge-approvals.ts";

/** What arming acts on; `now` must be the clocks that the other two read as well. */
export type LiveArmingPorts = Readonly<{
  now: () => Moment;
  /** HaltWatch.look, HaltWatch.engage and HaltWatch.releaseByTwo of #venues. */
  look: () => HaltReading;
  engage: (demand: HaltDemand) => HaltReading;
  releaseByTwo: (
    proof: Extract<ReleaseProof, { kind: "two_person" }>,
    by: string,
  ) => Result<HaltReading, Fault>;
  freshness: () => Freshness;
}>;

/** What was done. A proof is handed on for acts that are not done here. */
export type ChangeDone = Readonly<{
  op: ChangeOp;
  changeId: string;
  effect: "armed" | "released" | "adopted" | "handed_on";
  proof: ApprovedChange | null;
}>;

export type SubmitRefusal = Readonly<{ code: string; message: string; changeId: string }>;

/** The arming of one process: a target, the machine, and what ends a lease. */
export type LiveArming = Readonly<{
  /** Judges a change and does at once what two people approved. */
  submit: (change: Uint8Array, approvals: readonly Approval[]) => Result<ChangeDone, SubmitRefusal>;
  /** Looks at everything that ends a lease; at least once a second, armed or not. */
  tick: () => Arming;
  /** For the broker: by the clocks of this very moment. */
  lease: () => ArmedLease | null;
  /** By anybody, without approval; or because something that arming stands on has failed. */
  end: (reason: "disarm" | "storage_failed") => Arming;
  arming: () => Arming;
}>;

export function openLiveArming(target: ArmingTarget, ports: LiveArmingPorts): LiveArming {
  let arming: Arming = bootArming(ports.now().wallMs);

  const here: Here = {
    target,
    ports,
    take(event) {
      const before = arming;
      const step = stepArming(before, event);
      arming = step.arming;
      // The latch first: a log that cannot be written must not keep it from engaging.
      if (step.halt !== null) ports.engage(step.halt);
      if (before.state === "armed" && arming.state === "disarmed") {
        const { changeId } = before.window;
        // Whether this is written or not, nothing is armed any more.
        target.recordEffect({ changeId, effect: "disarmed", reason: arming.reason });
      }
      return step;
    },
  };

  return {
    submit: (change, approvals) => submit(here, change, approvals),
    tick() {
      lookAround(here);
      return arming;
    },
    lease() {
      here.take({ type: "tick", at: ports.now() });
      return leaseOf(arming);
    },
    end(reason) {
      here.take({ type: reason, at: ports.now() });
      return arming;
    },
    arming: () => arming,
  };
}

type Here = Readonly<{
  target: ArmingTarget;
  ports: LiveArmingPorts;
  take: (event: ArmingEvent) => ArmingStep;
}>;

/** One thing that is wrong is enough; all are looked at, and the first is the reason. */
function lookAround({ target, ports, take }: Here): void {
  const { verdict, latch } = ports.look();
  const isHalted = !verdict.allowed || !latchAllows(latch, "okx_live");
  if (isHalted) take({ type: "halted", at: ports.now() });
  if (!ports.freshness().fresh) take({ type: "data_stale", at: ports.now() });
  const digests = target.digests();
  if (!digests.ok) take({ type: "storage_failed", at: ports.now() });
  else take({ type: "digests_read", at: ports.now(), digests: digests.value });
}

type Submitted = Result<ChangeDone, SubmitRefusal>;

function submit(here: Here, change: Uint8Array, approvals: readonly Approval[]): Submitted {
  const { target, ports, take } = here;
  const admitted = target.admit(change, approvals);
  if (!admitted.ok) return admitted;
  const { changeId } = admitted.value;
  const done = act(here, admitted.value);
  const [effect, reason] = done.ok
    ? ([done.value.effect, "approved"] as const)
    : (["refused", done.fault.code] as const);
  const written = target.recordEffect({ changeId, effect, reason });
  if (written.ok || !done.ok) return done;
  take({ type: "storage_failed", at: ports.now() });
  return err({ code: "record_unwritable", message: written.fault.message, changeId });
}

/** What the admission wrote down has adopted a policy already; limits and orders are not ours. */
function act(here: Here, { change, changeId, proof }: Admitted): Submitted {
  const { op } = change;
  switch (op) {
    case "ARM":
    case "RELEASE_HALT": {
      const digests = here.target.digests();
      if (!digests.ok) return err({ ...digests.fault, changeId });
      const approved = { proof, changeId, digests: digests.value };
      return op === "ARM" ? arm(here, approved) : release(here, approved);
    }
    case "CHANGE_POLICY":
      return ok({ op, changeId, effect: "adopted", proof: null });
    case "RAISE_LIMIT":
    case "FLATTEN":
      return ok({ op, changeId, effect: "handed_on", proof });
  }
}

type ApprovedHere = Readonly<{ proof: ApprovedChange; changeId: string; digests: ChangeDigests }>;

function arm({ target, ports, take }: Here, approved: ApprovedHere): Submitted {
  const { proof, changeId, digests } = approved;
  const { verdict, latch } = ports.look();
  const freshness = ports.freshness();
  const facts = { target: target.target, digests, verdict, latch, freshness };
  const { refused } = take({ type: "approved", at: ports.now(), proof, facts });
  if (refused !== null) return err({ ...refused, changeId });
  return ok({ op: "ARM", changeId, effect: "armed", proof: null });
}

function release({ target, ports }: Here, approved: ApprovedHere): Submitted {
  const { proof, changeId, digests } = approved;
  const by = { kind: "two_person", proof, target: target.target, digests } as const;
  const released = ports.releaseByTwo(by, `change ${changeId}`);
  if (!released.ok) return err({ ...released.fault, changeId });
  return ok({ op: "RELEASE_HALT", changeId, effect: "released", proof: null });
}
