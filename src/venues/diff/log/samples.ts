import { createHash } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson, err, type Fault, type Json, ok, type Result } from "#base";
import { jsonOf } from "../../adapters/json-of.ts";
import { createRedactor } from "../../recording/redact.ts";
import type { Observation } from "../observation.ts";
import { plainValue } from "../plain-value.ts";
import type { SampleRef } from "./entry.ts";

/** Where the raw evidence of one comparison goes; files are written once. */
export type SampleWriter = Readonly<{
  /** Faults: interface_diff_write_failed. */
  write: (observation: Observation) => Result<SampleRef, Fault>;
  /** The sums of all that was written; nothing is written after it. */
  close: () => Result<SampleRef, Fault>;
}>;

/** `secrets` are those of all keys of the comparison. */
export function openSamples(
  folder: string,
  diffId: string,
  secrets: readonly string[],
): SampleWriter {
  const written: SampleRef[] = [];

  function land(name: string, content: string): Result<SampleRef, Fault> {
    const file = `raw/${diffId}/${name}`;
    try {
      mkdirSync(join(folder, "raw", diffId), { recursive: true });
      writeDurably(join(folder, file), content);
    } catch (cause) {
      const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
      const message = `cannot write a raw sample: ${code}`;
      return err({ code: "interface_diff_write_failed", message, at: join(folder, file) });
    }
    const sha256 = createHash("sha256").update(content).digest("hex");
    return ok({ file, sha256, bytes: Buffer.byteLength(content) });
  }

  return {
    write: (observation) => {
      const redactor = createRedactor([...secrets, ...observation.secrets]);
      const sample = redactor.value(sampleOf(observation, diffId));
      const { operation, column } = observation;
      const landed = land(`${operation}.${column}.json`, `${canonicalJson(sample)}\n`);
      if (landed.ok) written.push(landed.value);
      return landed;
    },
    close: () => {
      const lines = written.map(({ file, sha256 }) => `${sha256}  ${file.split("/").at(-1)}\n`);
      return land("SHA256SUMS", lines.join(""));
    },
  };
}

function writeDurably(path: string, content: string): void {
  const file = openSync(path, "wx", 0o444);
  try {
    const bytes = Buffer.from(content);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** What was seen, as it was seen; lists that are long are cut and say so. */
function sampleOf(observation: Observation, diffId: string): Json {
  const { operation, column, call, requests, sockets, before, after, effect } = observation;
  return {
    schema_version: "interface_diff_sample/1",
    ...{ diff_id: diffId, operation, library: column, call },
    requests: requests.map(({ method, path, query, headers, body, answer, lost }) => ({
      ...{ method, path, query: query.map(([name, value]) => [name, value]), lost },
      headers: { ...headers },
      body: body === "" ? null : plainValue(jsonOf(body)),
      answer: answer === null ? null : { status: answer.status, body: bodyOf(answer.body) },
    })),
    sockets: sockets.map(({ path, frames, endedBy }) => ({
      ...{ path, ended_by: endedBy },
      frames: frames.map(({ from, text }) => ({ from, frame: plainValue(jsonOf(text)) })),
    })),
    outcome: outcomeOf(observation),
    state: { before, after },
    effect: effect === null ? null : plainValue(effect),
    faults_struck: observation.struck,
  };
}

function bodyOf(text: string): Json {
  return plainValue(jsonOf(text));
}

function outcomeOf({ outcome }: Observation): Json {
  switch (outcome.state) {
    case "value":
      return { state: "value", value: plainValue(outcome.value) };
    case "thrown":
      return { state: "thrown", thrown: thrownOf(outcome.thrown) };
    case "hung":
      return { state: "hung", after_ms: outcome.afterMs };
    case "not_offered":
      return { state: "not_offered" };
  }
}

/** An error of a library may hold the whole connection: its words and the names of the rest. */
function thrownOf(thrown: unknown): Json {
  if (!(thrown instanceof Error)) return plainValue(thrown);
  const code: unknown = Reflect.get(thrown, "code");
  return {
    class: thrown.constructor.name,
    message: thrown.message,
    code: typeof code === "string" || typeof code === "number" ? code : null,
    members: Object.getOwnPropertyNames(thrown).filter((name) => name !== "stack"),
  };
}
