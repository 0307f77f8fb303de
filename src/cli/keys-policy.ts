import type { Command } from "commander";
import { err, type Fault, ok, type Result } from "#base";
import {
  formatPolicy,
  isKeyPurpose,
  type KeyRecord,
  type KeyRing,
  keyLabel,
  listKeys,
  parseKeyRecord,
  policyPath,
  readDocument,
  readPolicy,
  revokeKey,
  setThreshold,
  type TrustPolicy,
  trustKey,
} from "#evidence";
import { exitCodes } from "./exit-codes.ts";
import { type KeysOptions, openKeys, withKeysOptions } from "./keys-shared.ts";
import { endOrValue, type Shell } from "./verb.ts";

type PolicyOptions = KeysOptions &
  Readonly<{ trust?: string; holder?: string; revoke?: string; threshold?: string }>;

/** `assay keys policy`: prints whom this installation trusts, and changes it one step at a time. */
export function addKeysPolicy(keys: Command, shell: Shell): void {
  withKeysOptions(
    keys.command("policy").description("show or change whom this installation trusts"),
  )
    .option("--trust <key>", "trust a key here (run-seal.2) or a record file of somebody else's")
    .option("--holder <name>", "who holds the key that is to be trusted")
    .option("--revoke <id>", "end the trust in the key whose id begins so")
    .option("--threshold <purpose=n>", "how many different keys of a purpose must sign")
    .action((options: PolicyOptions) => {
      const output = shell.output(options);
      const ring = endOrValue(openKeys(options), shell, output);
      if (ring === null) return;
      const policy = endOrValue(changedPolicy(ring, options), shell, output);
      if (policy === null) return;
      const text = Buffer.from(formatPolicy(policy)).toString("utf8");
      output.line(text.trimEnd());
      output.record({ type: "policy", policy: JSON.parse(text) });
      shell.end(exitCodes.ok);
    });
}

function changedPolicy(ring: KeyRing, options: PolicyOptions): Result<TrustPolicy, Fault> {
  const { trust, revoke, threshold, holder = null } = options;
  const acts = [trust, revoke, threshold].filter((act) => act !== undefined);
  if (acts.length > 1) {
    const message = "one change at a time: --trust, --revoke or --threshold";
    return err({ code: "policy_change_ambiguous", message });
  }
  const nowMs = Date.now();
  if (revoke !== undefined) return revokeKey(ring, revoke, nowMs);
  if (threshold !== undefined) {
    const [purpose = "", count = ""] = threshold.split("=");
    if (isKeyPurpose(purpose) && /^\d{1,2}$/.test(count)) {
      return setThreshold(ring, purpose, Number(count));
    }
    const message = `expected a purpose and a number like approval=2, got "${threshold}"`;
    return err({ code: "threshold_malformed", message });
  }
  if (trust === undefined) return readPolicy(ring, policyPath(ring));
  const record = findRecord(ring, trust);
  return record.ok ? trustKey(ring, record.value, { nowMs, holder }) : record;
}

/** A label of a key here, otherwise the path of a record. */
function findRecord(ring: KeyRing, text: string): Result<KeyRecord, Fault> {
  const listed = listKeys(ring);
  if (!listed.ok) return listed;
  const here = listed.value.find((record) => keyLabel(record) === text);
  if (here !== undefined) return ok(here);
  const bytes = readDocument(ring.fs, text, 4096);
  if (!bytes.ok) return bytes;
  const record = parseKeyRecord(bytes.value);
  return record.ok ? record : err({ ...record.fault, at: text });
}
