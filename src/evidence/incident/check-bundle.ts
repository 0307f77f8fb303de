import { join } from "node:path";
import { shorten } from "../reading/problem.ts";
import { readChunks } from "../reading/read-chunks.ts";
import { readDocument as readJsonDocument } from "../reading/read-document.ts";
import { sha256 } from "../run/identity.ts";
import { formatSums } from "../seal/sums.ts";
import { walkFiles } from "../seal/walk.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem as fs } from "../store/node-file-system.ts";
import { bundleIndex } from "./bundle-index.ts";
import type { BundleFacts } from "./entry.ts";
import { bundleSums } from "./freeze-bundle.ts";
import { bundleFiles, incidentFiles } from "./incident-files.ts";

/** Something in the folder of an incident that is not as it was written. */
export type IncidentFinding = Readonly<{
  code: string;
  /** Relative to the folder of the incident. */
  file: string;
  line: number | null;
  detail: string;
}>;

export type BundleCheck = Readonly<{ checked: number; findings: readonly IncidentFinding[] }>;

/**
 * Whether the bundle is what the opening entry froze: the index by its digest, every copy by the
 * index, SHA256SUMS by both, and no file more.
 */
export function checkBundle(folder: string, facts: BundleFacts): BundleCheck {
  const path = join(folder, incidentFiles.bundle);
  const place = attemptIo("read", path, () => fs.look(path)?.kind);
  if (!place.ok || place.value !== "directory") {
    return { checked: 0, findings: [finding("bundle_missing", "", "the bundle is not there")] };
  }
  const index = readJsonDocument(join(path, bundleFiles.index), bundleIndex);
  if (index.value === null || index.facts?.sha256 !== facts.index_sha256) {
    const [problem] = index.problems;
    const detail = problem?.detail ?? "is not the index that the opening entry names";
    return { checked: 1, findings: [finding("bundle_altered", bundleFiles.index, detail)] };
  }
  const sums = bundleSums(index.value, facts.index_sha256);
  const sumsSha256 = sha256(formatSums(sums));
  const expected = new Map(sums.map(({ path: file, sha256: digest }) => [file, digest]));
  expected.set(bundleFiles.sums, sumsSha256);
  const altered = [...expected].flatMap(([file, digest]) => checkCopy(path, file, digest));
  return { checked: expected.size, findings: [...altered, ...unknownFiles(path, expected)] };
}

function checkCopy(bundle: string, file: string, digest: string): readonly IncidentFinding[] {
  const facts = readChunks(join(bundle, file), () => {});
  if (!facts.ok) {
    const code = facts.fault.code === "file_missing" ? "bundle_file_missing" : "bundle_altered";
    return [finding(code, file, facts.fault.detail)];
  }
  if (facts.value.sha256 === digest) return [];
  return [finding("bundle_altered", file, "is not what was frozen")];
}

function unknownFiles(
  bundle: string,
  expected: ReadonlyMap<string, string>,
): readonly IncidentFinding[] {
  const walked = attemptIo("read", bundle, () => walkFiles(fs, bundle));
  if (!walked.ok) return [finding("bundle_unreadable", "", walked.fault.message)];
  return walked.value
    .filter(({ path }) => !expected.has(path))
    .map(({ path }) => finding("bundle_file_unknown", shorten(path), "was not frozen"));
}

function finding(code: string, file: string, detail: string): IncidentFinding {
  const place = file === "" ? incidentFiles.bundle : `${incidentFiles.bundle}/${file}`;
  return { code, file: place, line: null, detail };
}
