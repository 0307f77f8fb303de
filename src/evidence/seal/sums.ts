import { assert, bytesToUtf8, err, type Fault, ok, type Result, utf8ToBytes } from "#base";

/** One line of SHA256SUMS: 64 hex digits and a path inside the directory. */
export type FileSum = Readonly<{ path: string; sha256: string }>;

/**
 * Relative, `/` between plain names: letters, digits, dot, dash and underscore, no leading dot or
 * dash. So no tool needs escapes, no path leaves the directory, and no hidden file is evidence.
 */
export function isEvidencePath(path: string): boolean {
  return (
    path.length <= 512 &&
    /^[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/.test(path)
  );
}

/** What `sha256sum -c` reads; sorted by bytes of the path, each path once. */
export function formatSums(sums: readonly FileSum[]): Uint8Array {
  const sorted = sums.toSorted((left, right) => (left.path < right.path ? -1 : 1));
  let previous = "";
  const lines = sorted.map(({ path, sha256 }) => {
    assert(isEvidencePath(path) && /^[0-9a-f]{64}$/.test(sha256), `no sum line for ${path}`);
    assert(previous < path, `${path} is listed twice`);
    previous = path;
    return `${sha256}  ${path}\n`;
  });
  return utf8ToBytes(lines.join(""));
}

/** Reads exactly what formatSums writes. Fault: sums_malformed, naming the line. */
export function parseSums(bytes: Uint8Array): Result<readonly FileSum[], Fault> {
  const text = bytesToUtf8(bytes);
  if (!text.ok) return err({ code: "sums_malformed", message: text.fault.message });
  const lines = text.value.split("\n");
  if (lines.pop() !== "") return malformed(lines.length + 1, "the last line does not end");
  const sums: FileSum[] = [];
  let previous = "";
  for (const [at, line] of lines.entries()) {
    const [, sha256 = "", path = ""] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (!isEvidencePath(path)) return malformed(at + 1, "not a sum, two spaces and a path");
    if (path <= previous) return malformed(at + 1, "paths are not sorted, or one is there twice");
    previous = path;
    sums.push({ path, sha256 });
  }
  return ok(sums);
}

function malformed(line: number, what: string): Result<never, Fault> {
  return err({ code: "sums_malformed", message: `SHA256SUMS: ${what}`, at: `line ${line}` });
}
