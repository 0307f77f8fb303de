import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Documents and the seal are changed at every place, and line files of a few records. */
function isSmall(file: string, bytes: number): boolean {
  return bytes <= (file.endsWith(".jsonl") ? 2048 : 8192);
}

export type ByteChange = Readonly<{ file: string; at: number; from: number; to: number }>;

/**
 * Single-byte substitutions of a run directory: every byte of the small files, one byte of every
 * record of the larger ones. The new byte is drawn from the place, so that a campaign repeats.
 */
export function* byteChanges(directory: string): Generator<ByteChange> {
  for (const file of readdirSync(directory).sort()) {
    const bytes = readFileSync(join(directory, file));
    if (isSmall(file, bytes.length)) {
      for (let at = 0; at < bytes.length; at += 1) yield changeAt(file, bytes, at);
      continue;
    }
    let record = 0;
    for (let start = 0; start < bytes.length; record += 1) {
      const end = bytes.indexOf(0x0a, start);
      const length = (end < 0 ? bytes.length : end + 1) - start;
      yield changeAt(file, bytes, start + ((record * 7919) % length));
      start += length;
    }
  }
}

/** Makes the change, asks, and takes it back. */
export function withChange<T>(directory: string, change: ByteChange, ask: () => T): T {
  const path = join(directory, change.file);
  const bytes = readFileSync(path);
  bytes[change.at] = change.to;
  writeFileSync(path, bytes);
  const answer = ask();
  bytes[change.at] = change.from;
  writeFileSync(path, bytes);
  return answer;
}

/** Digits become other digits and letters other letters: the sly changes; the rest flips a bit. */
function changeAt(file: string, bytes: Uint8Array, at: number): ByteChange {
  const from = bytes[at] ?? 0;
  const isDigit = from >= 0x30 && from <= 0x39;
  const isLetter = from >= 0x61 && from <= 0x66;
  if (isDigit) return { file, at, from, to: 0x30 + ((from - 0x30 + 1 + (at % 9)) % 10) };
  if (isLetter) return { file, at, from, to: 0x61 + ((from - 0x61 + 1 + (at % 5)) % 6) };
  return { file, at, from, to: from ^ (1 << (at % 7)) };
}
