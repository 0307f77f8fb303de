import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isoFromMillis, parseJson } from "#base";
import type { DeployReport, Runbook } from "./market-view.ts";

const maxReportBytes = 4 << 20;
const maxRunbookBytes = 256 << 10;

/** The newest deploy report of the installation, if there is one that reads. */
export async function readDeployReport(root: string): Promise<DeployReport> {
  const path = join(root, "audit_artifacts", "deploy_report.json");
  try {
    const found = await stat(path);
    const { size, mtimeMs } = found;
    // A pipe would be waited for, by a thread that others need.
    if (!found.isFile()) return { available: false, reason: "report_unreadable" };
    if (size > maxReportBytes) return { available: false, reason: "report_too_large" };
    const bytes = await readFile(path);
    const report = parseJson(bytes.toString("utf8"));
    if (!report.ok) return { available: false, reason: "report_unreadable" };
    return {
      available: true,
      modified_utc: isoFromMillis(Math.floor(mtimeMs)),
      sha256: createHash("sha256").update(bytes).digest("hex"),
      report: report.value,
    };
  } catch (error) {
    const reason = isMissing(error) ? "report_absent" : "report_unreadable";
    return { available: false, reason };
  }
}

/** Where runbooks lie in the documentation, best first; the first that is there is the list. */
const runbookFolders = [["ops", "runbooks"], ["runbooks"]];
const runbookName = /^[a-z0-9][a-z0-9_-]*\.md$/;

/** Runbooks by name, each with its first heading. None is an answer: the list is then empty. */
export async function listRunbooks(docs: string): Promise<readonly Runbook[]> {
  for (const parts of runbookFolders) {
    const folder = join(docs, ...parts);
    const names = await namesIn(folder);
    if (names.length === 0) continue;
    return Promise.all(
      names.map(async (file) => {
        const name = file.slice(0, -".md".length);
        const text = await textOf(join(folder, file));
        return { name, title: headingOf(text) ?? name };
      }),
    );
  }
  return [];
}

/** The text of a runbook that `listRunbooks` names; null for any other name. */
export async function readRunbook(docs: string, name: string): Promise<string | null> {
  for (const parts of runbookFolders) {
    const folder = join(docs, ...parts);
    const names = await namesIn(folder);
    if (names.length === 0) continue;
    return names.includes(`${name}.md`) ? textOf(join(folder, `${name}.md`)) : null;
  }
  return null;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && runbookName.test(entry.name));
    return files.map((entry) => entry.name).toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path);
  return bytes.subarray(0, maxRunbookBytes).toString("utf8");
}

function headingOf(text: string): string | null {
  return /^# (.+)$/m.exec(text)?.[1]?.trim() ?? null;
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return code === "ENOENT" || code === "ENOTDIR";
}
