import { type Fault, isoFromMillis, millisPerDay } from "#base";
import {
  isValidAt,
  type KeyPurpose,
  type KeyRecord,
  type KeyRing,
  keyLabel,
  keyPurposes,
  keysPlace,
  listKeys,
  loadSigningKey,
  openKeyRing,
  policyPath,
  readPolicy,
  type TrustPolicy,
} from "#evidence";
import { type Check, fail, ok, warn } from "./doctor-checks.ts";
import { checkLogOf } from "./doctor-log.ts";

export type KeysPlaceOptions = Readonly<{ root: string; keys: string; nowMs: number }>;

/** Can this installation sign, does it trust itself, and is its log what it was? */
export function checkKeys({ root, keys, nowMs }: KeysPlaceOptions): readonly Check[] {
  const place = keysPlace(keys, root);
  if (!place.ok) {
    const remedy = "move them out of it and give the new place with --keys";
    return [fail("keys", textOf(place.fault), remedy)];
  }
  const ring = place.value;
  const nobody = { policy: null, memory: null } as const;
  const opened = openKeyRing(ring);
  if (!opened.ok && opened.fault.code === "keys_missing") {
    const detail = `none in ${ring.directory}: runs and pools are not signed`;
    return [warn("keys", detail, `${newKeys} (or --dev-keys)`), checkLogOf(root, nobody)];
  }
  if (!opened.ok) return [fail("keys", textOf(opened.fault), remedyOfPlace(opened.fault, ring))];
  const listed = listKeys(ring);
  if (!listed.ok) {
    const remedy = "restore the record from a copy; it is the public half and no secret";
    return [fail("keys", textOf(listed.fault), remedy)];
  }
  const read = readPolicy(ring, policyPath(ring));
  const policy = read.ok ? read.value : null;
  return [
    checkFiles(ring, listed.value, policy, nowMs),
    ...checkPurposes(ring, listed.value, policy, nowMs),
    read.ok ? checkPolicy(read.value, nowMs) : unreadPolicy(read.fault, listed.value),
    checkLogOf(root, { policy, memory: null }, ring),
  ];
}

const newKeys = "assay keys new run-seal, assay keys new log and assay keys new pool make them";

/** Every private half: closed to others, and of its record. One that nobody needs may be away. */
function checkFiles(
  ring: KeyRing,
  records: readonly KeyRecord[],
  policy: TrustPolicy | null,
  nowMs: number,
): Check {
  let held = 0;
  for (const record of records) {
    const loaded = loadSigningKey(ring, record);
    if (loaded.ok) held += 1;
    else if (loaded.fault.code !== "store_missing" || isTrusted(policy, record, nowMs)) {
      return fail("keys", textOf(loaded.fault), remedyOfFile(loaded.fault, record));
    }
  }
  const mode = ring.owner === null ? "" : ", mode 0600 in 0700";
  const detail = `${held} private and ${records.length} public in ${ring.directory}${mode}`;
  return records.length === 0 ? warn("keys", detail, newKeys) : ok("keys", detail);
}

/** Those that this installation signs with, and whatever else it has a key for. */
function checkPurposes(
  ring: KeyRing,
  records: readonly KeyRecord[],
  policy: TrustPolicy | null,
  nowMs: number,
): readonly Check[] {
  if (policy === null) return [];
  return keyPurposes
    .filter((purpose) => isNeeded(purpose) || records.some((key) => key.purpose === purpose))
    .map((purpose) => {
      const own = records.filter((key) => key.purpose === purpose);
      return checkPurpose({ ring, purpose, own, policy, nowMs });
    });
}

function isNeeded(purpose: KeyPurpose): boolean {
  return unsignedByPurpose[purpose] !== undefined;
}

const unsignedByPurpose: Readonly<Partial<Record<KeyPurpose, string>>> = {
  "run-seal": "runs are not signed",
  log: "runs are not signed, and retention is refused",
  pool: "pools and snapshots are not signed",
};

type PurposeCheck = Readonly<{
  ring: KeyRing;
  purpose: KeyPurpose;
  own: readonly KeyRecord[];
  policy: TrustPolicy;
  nowMs: number;
}>;

function checkPurpose({ ring, purpose, own, policy, nowMs }: PurposeCheck): Check {
  const name = `${purpose} key`;
  const last = own.at(-1);
  const without = unsignedByPurpose[purpose] ?? "nothing is signed with it";
  if (last === undefined) return warn(name, `none: ${without}`, `assay keys new ${purpose}`);
  const usable = own.filter((key) => isTrusted(policy, key, nowMs));
  // The newest signs or nobody does, as in currentKey.
  const current = usable.at(-1);
  if (current === undefined || !loadSigningKey(ring, current).ok) {
    const [why, remedy] = whyNotTrusted(last, policy, nowMs);
    return fail(name, `${why}: ${without}`, remedy);
  }
  const ends = endOf(policy, current);
  const howLong = ends === null ? "without end" : `until ${isoFromMillis(ends)}`;
  const detail = `${keyLabel(current)} signs, trusted ${howLong}`;
  const rotate = `assay keys rotate ${purpose} makes the next and lets both be trusted a while`;
  if (ends !== null && ends - nowMs < soonMs) return warn(name, detail, rotate);
  const lasting = usable.filter((key) => key !== current && endOf(policy, key) === null);
  const [other] = lasting;
  if (other !== undefined) {
    const id = other.publicKey.id.slice(0, 16);
    const remedy = `one key signs for a purpose: assay keys policy --revoke ${id} ends the older`;
    return warn(name, `${detail}; ${keyLabel(other)} is trusted without end too`, remedy);
  }
  const older = usable.length > 1 ? `; ${usable.length - 1} older trusted until it ends` : "";
  return ok(name, `${detail}${older}`);
}

const soonMs = 14 * millisPerDay;

/** What keeps the newest key of a purpose from signing, and what to do. */
function whyNotTrusted(
  key: KeyRecord,
  policy: TrustPolicy,
  nowMs: number,
): readonly [string, string] {
  const label = keyLabel(key);
  const trusted = policy.keys.find(({ id }) => id === key.publicKey.id);
  if (trusted === undefined) {
    const adopt = `assay keys policy --trust ${label} trusts it from now on`;
    return [`the policy does not list ${label}`, adopt];
  }
  const { validFromMs, validToMs } = trusted;
  if (validToMs !== null && validToMs < nowMs) {
    const next = `assay keys new ${key.purpose} makes the next`;
    return [`the trust in ${label} ended ${isoFromMillis(validToMs)}`, next];
  }
  if (validFromMs !== null && validFromMs > nowMs) {
    return [`${label} is trusted from ${isoFromMillis(validFromMs)}`, "wait, or look at the clock"];
  }
  return [`${label} is trusted and cannot sign`, "see the line of keys"];
}

function checkPolicy(policy: TrustPolicy, nowMs: number): Check {
  const valid = policy.keys.filter((key) => isValidAt(key, nowMs));
  const counts = keyPurposes
    .map((purpose) => [purpose, valid.filter((key) => key.purpose === purpose).length] as const)
    .filter(([, count]) => count > 0)
    .map(([purpose, count]) => `${purpose} ${count}`);
  const ended = policy.keys.length - valid.length;
  const past = ended === 0 ? "" : `, ${ended} ended or not begun`;
  const detail = `${policy.system} trusts ${counts.join(", ") || "nobody"}${past}`;
  for (const purpose of keyPurposes) {
    const needed = policy.thresholds[purpose] ?? 1;
    const there = valid.filter((key) => key.purpose === purpose).length;
    if (needed === 1 || (there >= needed && !isNeeded(purpose))) continue;
    const what = `${purpose} asks for ${needed} different keys`;
    const remedy = `trust more keys, or assay keys policy --threshold ${purpose}=1`;
    if (there < needed) return fail("policy", `${detail}; ${what}, ${there} are trusted`, remedy);
    return warn("policy", `${detail}; ${what}, and this installation signs with one`, remedy);
  }
  return valid.length === 0 ? warn("policy", detail, newKeys) : ok("policy", detail);
}

function unreadPolicy(fault: Fault, records: readonly KeyRecord[]): Check {
  if (fault.code !== "policy_missing") {
    const remedy = "restore it from a copy; until then nothing is signed and nobody is trusted";
    return fail("policy", textOf(fault), remedy);
  }
  const detail = "none: nothing is signed, and who sealed a run is not measurable";
  if (records.length === 0) return warn("policy", detail, newKeys);
  return fail("policy", detail, "restore policy.json beside the keys from a copy");
}

function isTrusted(policy: TrustPolicy | null, { publicKey }: KeyRecord, nowMs: number): boolean {
  const trusted = policy?.keys.find(({ id }) => id === publicKey.id);
  return trusted !== undefined && isValidAt(trusted, nowMs);
}

function endOf(policy: TrustPolicy, { publicKey }: KeyRecord): number | null {
  return policy.keys.find(({ id }) => id === publicKey.id)?.validToMs ?? null;
}

function remedyOfPlace(fault: Fault, { directory }: KeyRing): string {
  if (fault.code !== "keys_exposed") return "give the right directory with --keys";
  return `chmod 700 ${directory}, as its owner; if others could read a key, rotate it`;
}

function remedyOfFile({ code, at }: Fault, { purpose, publicKey }: KeyRecord): string {
  if (code === "key_exposed") {
    return `chmod 600 ${at}, as its owner; if others could read it, assay keys rotate ${purpose}`;
  }
  const end = `assay keys policy --revoke ${publicKey.id.slice(0, 16)}`;
  return `restore it from a copy, or end it: ${end}, then assay keys new ${purpose}`;
}

function textOf({ message, at }: Fault): string {
  return at === undefined ? message : `${message} (${at})`;
}
