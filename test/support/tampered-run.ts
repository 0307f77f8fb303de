import { hash } from "node:crypto";
import { chmodSync, cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Copies a run directory so that a test may change it; the original stays as it was sealed. */
export function copyRun(from: string, to: string): string {
  cpSync(from, to, { recursive: true });
  for (const name of readdirSync(to)) chmodSync(join(to, name), 0o644);
  return to;
}

/** Replaces the text of a file by what `edit` makes of it. */
export function editFile(directory: string, name: string, edit: (text: string) => string): void {
  const path = join(directory, name);
  writeFileSync(path, edit(readFileSync(path, "utf8")));
}

/** Replaces one record of a line file, counted from 0, keeping the canonical form. */
export function editRecord(
  directory: string,
  name: string,
  index: number,
  edit: (record: Record<string, unknown>) => void,
): void {
  editFile(directory, name, (text) => {
    const lines = text.split("\n");
    const led = lines[index]?.startsWith(",") === true ? "," : "";
    const record = JSON.parse((lines[index] ?? "").slice(led.length)) as Record<string, unknown>;
    edit(record);
    lines[index] = `${led}${JSON.stringify(record)}`;
    return lines.join("\n");
  });
}

/** The same for a JSON document. */
export function editDocument(
  directory: string,
  name: string,
  edit: (document: Record<string, unknown>) => void,
): void {
  editFile(directory, name, (text) => {
    const document = JSON.parse(text) as Record<string, unknown>;
    edit(document);
    return `${JSON.stringify(document, null, 2)}\n`;
  });
}

/** What a forger does last: sums that fit the changed files. */
export function resealRun(directory: string): void {
  const names = readdirSync(directory).filter((name) => name !== "SHA256SUMS");
  const lines = names.sort().map((name) => {
    const digest = hash("sha256", readFileSync(join(directory, name)), "hex");
    return `${digest}  ${name}\n`;
  });
  writeFileSync(join(directory, "SHA256SUMS"), lines.join(""));
}
