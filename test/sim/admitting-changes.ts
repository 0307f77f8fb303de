import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type AdmitOutcome, armingLogPlace, armingRecordSchema, coolDownMs } from "#arming";
import { chainHost, readChainedLog } from "#evidence";
import { openArmingParty, partyTarget, signedByTwo, temporaryRoot } from "#support";
import { breaksOf, withBrokenStep } from "./broken-steps.ts";

type Tried = Readonly<{ steps: number; outcome: AdmitOutcome | null; admittedInLog: boolean }>;

/** How many steps an admission has, and in how many breaks of them the log kept it. */
export type BrokenAdmissions = Readonly<{ steps: number; lost: number; kept: number }>;

/**
 * Breaks the admission of a sound change at every step. What is broken gives no proof, whether the
 * nonce was written down or not, and no later process admits it either.
 */
export async function breakAdmissions(): Promise<BrokenAdmissions> {
  const whole = await admitBroken(null);
  assert.equal(whole.outcome?.ok, true);
  assert.ok(whole.admittedInLog);
  let [lost, kept] = [0, 0];
  for (const fault of breaksOf(whole.steps)) {
    const { outcome, admittedInLog } = await admitBroken(fault);
    const what = JSON.stringify(fault);
    assert.notEqual(outcome?.ok, true, `${what}: a proof all the same`);
    if (outcome?.ok === false) {
      const codes = outcome.fault.findings.map(({ code }) => code);
      assert.ok(codes.includes("record_unwritable"), `${what}: ${codes.join()}`);
    }
    if (admittedInLog) kept += 1;
    else lost += 1;
  }
  return { steps: whole.steps, lost, kept };
}

/** Admits while one step is broken, then looks at what the next processes find. */
async function admitBroken(fault: Parameters<typeof withBrokenStep>[0]): Promise<Tried> {
  using root = temporaryRoot();
  const party = openArmingParty(root.path);
  const bytes = party.change();
  const approvals = signedByTwo(bytes);
  let outcome: AdmitOutcome | null = null;
  const { steps, ended } = await withBrokenStep(fault, () => {
    outcome = party.target.admit(bytes, approvals);
  });
  // A killed process writes nothing more and holds no lock; this one lives on.
  if (ended) party.target.close();
  const folder = join(root.path, "arming");
  for (const name of readdirSync(folder)) {
    if (name.startsWith("changes.lock")) rmSync(join(folder, name));
  }
  const admittedInLog = await isNeverAdmittedAgain(root.path, bytes, approvals);
  return { steps, outcome, admittedInLog };
}

/** In a later start, and even in one that claims to be the same, the change is refused. */
async function isNeverAdmittedAgain(
  root: string,
  bytes: Uint8Array,
  approvals: Parameters<ReturnType<typeof openArmingParty>["target"]["admit"]>[1],
): Promise<boolean> {
  for (const [bootId, codes] of [
    ["boot-0002", ["other_boot"]],
    [partyTarget.bootId, ["nonce_unknown", "nonce_used"]],
  ] as const) {
    const later = openArmingParty(root, { ...partyTarget, bootId });
    later.wait(coolDownMs);
    const refused = later.target.admit(bytes, approvals);
    assert.ok(!refused.ok && codes.some((code) => code === refused.fault.code));
    later.target.close();
  }
  const read = readChainedLog(chainHost().fs, armingLogPlace(root), armingRecordSchema);
  assert.ok(read.ok && read.value.findings.length === 0);
  return read.value.links.some(({ record }) => record.type === "admitted");
}
