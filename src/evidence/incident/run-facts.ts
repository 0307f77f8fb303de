import { basename, join, relative, resolve } from "node:path";
import type { z } from "zod";
import { bytesToUtf8, isJsonList, type Json, parseJson } from "#base";
import { flag, hex64, nullable, reason, strictRecord } from "../artifacts/fields.ts";
import { shorten } from "../reading/problem.ts";
import { runFileNames, sumsFileName } from "../run/file-names.ts";
import { sha256 } from "../run/identity.ts";
import { readDocument } from "../store/document.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";

/** What an incident says about a run. A run in trouble may have no manifest at all. */
export type RunFacts = Readonly<{
  /** The last part of its path. */
  name: string;
  /** Relative to the installation's root where it lies within, else absolute. */
  directory: string;
  sealed: boolean;
  /** sha256 of SHA256SUMS: it stands for every byte of the run. */
  sums_sha256: string | null;
  sums_sha256_reason: string | null;
  run_id: string | null;
  run_id_reason: string | null;
  mode: string | null;
  mode_reason: string | null;
  status: string | null;
  status_reason: string | null;
  start_time: string | null;
  start_time_reason: string | null;
  git_commit: string | null;
  git_commit_reason: string | null;
  docker_image: string | null;
  docker_image_reason: string | null;
}>;

export const runFacts: z.ZodType<RunFacts> = strictRecord<RunFacts>({
  name: reason,
  directory: reason,
  sealed: flag,
  sums_sha256: nullable(hex64),
  sums_sha256_reason: nullable(reason),
  run_id: nullable(reason),
  run_id_reason: nullable(reason),
  mode: nullable(reason),
  mode_reason: nullable(reason),
  status: nullable(reason),
  status_reason: nullable(reason),
  start_time: nullable(reason),
  start_time_reason: nullable(reason),
  git_commit: nullable(reason),
  git_commit_reason: nullable(reason),
  docker_image: nullable(reason),
  docker_image_reason: nullable(reason),
});

/**
 * Reads the manifest loosely, because a run of any tier may have an incident and its manifest may
 * be what is wrong; the verifier judges it. What cannot be read is null with its reason.
 */
export function readRunFacts(root: string, directory: string): RunFacts {
  const sums = readDocument(nodeFileSystem, join(directory, sumsFileName));
  const field = readManifest(join(directory, runFileNames.run_manifest));
  const runId = field("run_id", /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,100}$/);
  const mode = field("mode");
  const status = field("status");
  const start = field("start_time");
  const commit = field("git_commit");
  const image = field("docker_image");
  return {
    name: pathText(basename(directory)),
    directory: pathText(placeOf(root, directory)),
    sealed: sums.ok,
    sums_sha256: sums.ok ? sha256(sums.value) : null,
    sums_sha256_reason: sums.ok ? null : sums.fault.code,
    run_id: runId.value,
    run_id_reason: runId.reason,
    mode: mode.value,
    mode_reason: mode.reason,
    status: status.value,
    status_reason: status.reason,
    start_time: start.value,
    start_time_reason: start.reason,
    git_commit: commit.value,
    git_commit_reason: commit.reason,
    docker_image: image.value,
    docker_image_reason: image.reason,
  };
}

type Known = Readonly<{ value: string; reason: null }> | Readonly<{ value: null; reason: string }>;

/** A field of the manifest by name; the manifest's own reason for a null is handed on. */
function readManifest(path: string): (name: string, form?: RegExp) => Known {
  const record = readRecord(path);
  return (name, form = /^.+$/) => {
    if (typeof record === "string") return { value: null, reason: record };
    const value = record[name];
    if (typeof value === "string" && form.test(value)) {
      return { value: shorten(value), reason: null };
    }
    const why = record[`${name}_reason`];
    const given = value === null && typeof why === "string" && why !== "";
    return { value: null, reason: given ? shorten(why) : "not_in_manifest" };
  };
}

/** The members of the manifest, or why there are none. */
function readRecord(path: string): Readonly<Record<string, Json>> | string {
  const bytes = readDocument(nodeFileSystem, path);
  if (!bytes.ok) return bytes.fault.code === "store_missing" ? "no_manifest" : bytes.fault.code;
  const text = bytesToUtf8(bytes.value);
  const json = text.ok ? parseJson(text.value) : text;
  if (!json.ok) return "manifest_unreadable";
  const { value } = json;
  if (value === null || typeof value !== "object" || isJsonList(value))
    return "manifest_unreadable";
  return value;
}

function placeOf(root: string, directory: string): string {
  const inside = relative(resolve(root), resolve(directory));
  return inside === "" || inside.startsWith("..") ? resolve(directory) : inside;
}

/** A path as one line; it says where the run lay, nothing is ever opened by it. */
function pathText(path: string): string {
  const line = path.replaceAll(/\p{Cc}/gu, "?").toWellFormed();
  return line.length > maxPath ? `${line.slice(0, maxPath)}...` : line;
}

const maxPath = 1000;
