import type { Subject } from "./subject.ts";
import { type Target, targetsOf, type Variant, variantOf } from "./variant.ts";

export type ByteOptions = Readonly<{
  /** One position in so many; every one of files of at most `wholeUpTo` bytes. */
  oneIn: number;
  wholeUpTo: number;
  /** How many other values a position takes, at most 255. */
  values: number;
  /** Files of at most so many bytes take all 255. */
  allValuesUpTo: number;
  /** The run at a venue takes one position in so many of these. */
  venueOneIn: number;
  /** Which positions a sample takes. */
  seed: number;
}>;

/** Single bytes substituted, taken away and put in, and the file cut off. */
export function* byteVariants(subject: Subject, whole: ByteOptions): Generator<Variant> {
  for (const target of targetsOf(subject)) {
    const isVenue = target.look === subject.venueRun;
    const thinned = { ...whole, oneIn: whole.oneIn * whole.venueOneIn, wholeUpTo: 0 };
    const options = isVenue ? thinned : whole;
    let line = 1;
    for (let at = 0; at < target.bytes.length; at += 1) {
      if (isTaken(target, at, options)) yield* changesAt(target, at, line, options);
      if (target.bytes[at] === newline) line += 1;
    }
    yield* cuts(target, options);
  }
}

const newline = 0x0a;

/** A sample that depends on nothing but file, place and seed. */
function isTaken({ path, bytes }: Target, at: number, options: ByteOptions): boolean {
  const { oneIn, wholeUpTo, seed } = options;
  if (oneIn === 1 || bytes.length <= wholeUpTo) return true;
  return mixed(path.length * 65_537 + at, seed) % oneIn === 0;
}

function* changesAt(
  target: Target,
  at: number,
  line: number,
  options: ByteOptions,
): Generator<Variant> {
  const { path, bytes } = target;
  const from = bytes[at] ?? 0;
  const count = bytes.length <= options.allValuesUpTo ? 255 : options.values;
  for (let step = 0; step < count; step += 1) {
    const to = step === 0 ? slyByte(from, at) : otherByte(from, at, step);
    const what = `byte ${at}: ${hex(from)} to ${hex(to)}`;
    yield made(target, ["byte substituted", what], line, () => Uint8Array.from(bytes).with(at, to));
  }
  // One place in so many is enough for the rest: the first byte that differs tells the line.
  if (mixed(at, path.length) % 8 !== 0) return;
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  const shorter = Buffer.concat([before, after.subarray(1)]);
  const shorterLine = lineOfFirst(bytes, shorter);
  yield made(target, ["byte deleted", `byte ${at}`], shorterLine, () => shorter);
  const longer = Buffer.concat([before, Buffer.of(from ^ 1), after]);
  yield made(target, ["byte inserted", `before byte ${at}`], line, () => longer);
}

/** Cut off at the ends of lines, in the middle of them, and to nothing. */
function* cuts(target: Target, { oneIn, seed }: ByteOptions): Generator<Variant> {
  const { bytes } = target;
  if (bytes.length === 0) return;
  const lengths = new Set([0, bytes.length - 1, bytes.length >> 1]);
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(newline, start) + 1;
    if (end === 0) break;
    lengths.add(end).add((start + end) >> 1);
    start = end;
  }
  for (const length of lengths) {
    if (length === bytes.length || (oneIn > 1 && mixed(length, seed) % Math.min(oneIn, 50) !== 0)) {
      continue;
    }
    const rest = bytes.subarray(0, length);
    yield made(target, ["cut off", `after byte ${length}`], lineOfFirst(bytes, rest), () => rest);
  }
}

function made(
  target: Target,
  [kind, what]: readonly [string, string],
  line: number,
  bytes: () => Uint8Array,
): Variant {
  const { path, files, look, hasLines } = target;
  return variantOf({
    kind,
    what: `${path} ${what}`,
    file: path,
    changes: () => new Map([[path, bytes()]]),
    look,
    place: { files, line: hasLines ? line : null },
  });
}

/** The line that holds the first difference. */
function lineOfFirst(before: Uint8Array, after: Uint8Array): number {
  let line = 1;
  for (let at = 0; at < before.length && before[at] === after[at]; at += 1) {
    if (before[at] === newline) line += 1;
  }
  return line;
}

/** Digits become other digits and letters other letters: the sly changes; the rest flips a bit. */
function slyByte(from: number, at: number): number {
  if (from >= 0x30 && from <= 0x39) return 0x30 + ((from - 0x30 + 1 + (at % 9)) % 10);
  if (from >= 0x61 && from <= 0x66) return 0x61 + ((from - 0x61 + 1 + (at % 5)) % 6);
  return from ^ (1 << (at % 7));
}

/** The values that are neither the byte itself nor its sly change, one after the other. */
function otherByte(from: number, at: number, step: number): number {
  const sly = (slyByte(from, at) - from) & 0xff;
  const distance = step < sly ? step : step + 1;
  return (from + distance) & 0xff;
}

function mixed(value: number, seed: number): number {
  let bits = Math.imul(value ^ (seed * 0x9e37_79b1), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
