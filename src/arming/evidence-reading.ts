import { z } from "zod";
import { err, type Fault, isoFromMillis, ok, type Result } from "#base";
import { readStrictJson } from "#evidence";
import { type ChangeEvidence, sha256Hex, utcMs } from "./change-record.ts";

/**
 * What a file that somebody looked at says, in the one word that a change carries: the answer of
 * `assay halt --status --json`, the body of `/healthz`, a deploy report. Its digest is what binds
 * it. Faults: evidence_unknown (no such name), evidence_malformed.
 */
export function readEvidence(name: string, bytes: Uint8Array): Result<ChangeEvidence, Fault> {
  const reader = readers.get(name);
  if (reader === undefined) {
    const message = `no evidence is called ${name}: ${[...readers.keys()].join(", ")}`;
    return err({ code: "evidence_unknown", message });
  }
  const said = reader(bytes);
  if (!said.ok) return err({ ...said.fault, message: `${name}: ${said.fault.message}` });
  const { atMs, isOk } = said.value;
  if (!Number.isFinite(atMs)) {
    return err({ code: "evidence_malformed", message: `${name}: it does not say when it was so` });
  }
  const at = isoFromMillis(Math.floor(atMs));
  return ok({ name, sha256: sha256Hex(bytes), at, verdict: isOk ? "ok" : "not_ok" });
}

type Said = Readonly<{ atMs: number; isOk: boolean }>;
type Reader = (bytes: Uint8Array) => Result<Said, Fault>;

const switchSchema = z.object({
  type: z.literal("halt_posture"),
  read_utc: z.string(),
  switch: z.object({ allowed: z.boolean() }),
});

const heartbeatSchema = z.object({
  ok: z.boolean(),
  forced_stale: z.boolean(),
  last_tick_epoch_seconds: z.number().nullable(),
  age_seconds: z.number().nullable(),
  max_age_seconds: z.number(),
});

const deployReportSchema = z.object({
  schema: z.literal("assay.deploy_report/1"),
  meta: z.object({ generated_utc: z.string() }),
  agents: z
    .array(z.object({ agent_name: z.string(), criticality: z.string(), verdict: z.string() }))
    .min(1),
});

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["switch", readSwitch],
  ["heartbeat", readHeartbeat],
  ["deploy_report", readDeployReport],
]);

/** The names that evidence goes by. */
export const evidenceNames: readonly string[] = [...readers.keys()];

function readSwitch(bytes: Uint8Array): Result<Said, Fault> {
  const read = readAny(bytes, switchSchema);
  if (!read.ok) return read;
  return ok({ atMs: utcMs(read.value.read_utc), isOk: read.value.switch.allowed });
}

/** Judged by its own figures too: a body that calls an old tick ok is not ok. */
function readHeartbeat(bytes: Uint8Array): Result<Said, Fault> {
  const read = readAny(bytes, heartbeatSchema);
  if (!read.ok) return read;
  const body = read.value;
  const isYoung = body.age_seconds !== null && body.age_seconds <= body.max_age_seconds;
  const atMs = (body.last_tick_epoch_seconds ?? Number.NaN) * 1000;
  return ok({ atMs, isOk: body.ok && !body.forced_stale && isYoung });
}

/** All that is critical is ok; the agent that shall be enabled is still off. */
function readDeployReport(bytes: Uint8Array): Result<Said, Fault> {
  const read = readAny(bytes, deployReportSchema);
  if (!read.ok) return read;
  const { meta, agents } = read.value;
  const critical = agents.filter(
    ({ agent_name, criticality }) => isCritical(criticality) && agent_name !== "execution-agent",
  );
  const isOk = critical.length > 0 && critical.every(({ verdict }) => verdict === "ok");
  return ok({ atMs: utcMs(meta.generated_utc), isOk });
}

function isCritical(criticality: string): boolean {
  return criticality !== "P2" && criticality !== "P3";
}

function readAny<T>(bytes: Uint8Array, schema: z.ZodType<T>): Result<T, Fault> {
  return readStrictJson(bytes, schema, "evidence_malformed", { layout: "any" });
}
