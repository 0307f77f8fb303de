import type { Command } from "commander";
import { isoFromMillis } from "#base";
import {
  isValidAt,
  type KeyRecord,
  type KeyRing,
  keyLabel,
  listKeys,
  loadSigningKey,
  policyPath,
  readPolicy,
  type TrustPolicy,
} from "#evidence";
import { exitCodes } from "./exit-codes.ts";
import { type KeysOptions, openKeys, withKeysOptions } from "./keys-shared.ts";
import { type Column, tableLines } from "./table.ts";
import { endOrValue, type Shell } from "./verb.ts";

/** `assay keys ls`: the keys, whether they sign and are trusted; exit 1 when one cannot sign. */
export function addKeysList(keys: Command, shell: Shell): void {
  withKeysOptions(
    keys.command("ls").description("list the keys and whether they are trusted"),
  ).action((options: KeysOptions) => {
    const output = shell.output(options);
    const ring = endOrValue(openKeys(options), shell, output);
    if (ring === null) return;
    const records = endOrValue(listKeys(ring), shell, output);
    if (records === null) return;
    const policy = readPolicy(ring, policyPath(ring));
    if (!policy.ok && policy.fault.code !== "policy_missing") {
      shell.end(output.fail(policy.fault));
      return;
    }
    const listed = records.map((record) => factsOf(ring, record, policy.ok ? policy.value : null));
    if (listed.length === 0) output.note(`no key in ${ring.directory}; assay keys new makes one`);
    else for (const line of tableLines(columns, listed.map(rowOf))) output.line(line);
    for (const facts of listed) output.record({ type: "key", ...facts });
    const isSound = listed.every(({ private_key }) => private_key === "ok");
    shell.end(isSound ? exitCodes.ok : exitCodes.finding);
  });
}

type KeyFacts = Readonly<{
  label: string;
  name: string;
  key_id: string;
  created_utc: string;
  /** `ok`, or the fault that keeps it from signing. */
  private_key: string;
  trusted_now: boolean;
  trusted_to: string | null;
}>;

const columns: readonly Column[] = [
  { title: "key", align: "left" },
  { title: "name", align: "left" },
  { title: "key id", align: "left" },
  { title: "made", align: "left" },
  { title: "private key", align: "left" },
  { title: "trusted", align: "left" },
];

function factsOf(ring: KeyRing, record: KeyRecord, policy: TrustPolicy | null): KeyFacts {
  const loaded = loadSigningKey(ring, record);
  const trusted = policy?.keys.find(({ id }) => id === record.publicKey.id);
  const end = trusted?.validToMs ?? null;
  return {
    label: keyLabel(record),
    name: record.name,
    key_id: record.publicKey.id,
    created_utc: isoFromMillis(record.createdMs),
    private_key: loaded.ok ? "ok" : loaded.fault.code,
    trusted_now: trusted !== undefined && isValidAt(trusted, Date.now()),
    trusted_to: end === null ? null : isoFromMillis(end),
  };
}

function rowOf(facts: KeyFacts): readonly string[] {
  const until = facts.trusted_to === null ? "yes" : `to ${facts.trusted_to.slice(0, 10)}`;
  return [
    facts.label,
    facts.name,
    facts.key_id.slice(0, 16),
    facts.created_utc.slice(0, 10),
    facts.private_key,
    facts.trusted_now ? until : "no",
  ];
}
