import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Installation, Seen } from "./installation.ts";
import type { Subject } from "./subject.ts";
import type { Tally } from "./tally.ts";
import type { Variant } from "./variant.ts";

export type SecondOpinion = Readonly<{
  /** Compares what was seen of this variant with what the second verifier says of it. */
  take: (variant: Variant, seen: Seen) => void;
  end: () => void;
}>;

export type SecondOpinionOptions = Readonly<{
  installation: Installation;
  subject: Subject;
  /** Where roots are spoiled for the second verifier, which reads nothing but directories. */
  folder: string;
  tally: Tally;
}>;

const script = join(import.meta.dirname, "../verify_py/verify.py");
const batch = 32;

type Asked = Readonly<{ variant: Variant; seen: Seen; path: string }>;

/** One process judges many roots: starting Python costs more than a verdict. */
export function openSecondOpinion(options: SecondOpinionOptions): SecondOpinion {
  const { installation, subject, folder, tally } = options;
  const waiting = new Map<string, Asked[]>();
  let roots = 0;

  function ask(memory: string): void {
    const asked = waiting.get(memory) ?? [];
    waiting.delete(memory);
    if (asked.length === 0) return;
    const said = verdictsOn(asked, installation.policy, memory);
    for (const [at, { variant, seen }] of asked.entries()) {
      tally.secondOpinions += 1;
      const difference = whyDiffers(variant, seen, said[at]);
      if (difference === null) continue;
      tally.disagreements.push(`${variant.kind}: ${variant.what}: ${difference}`);
    }
  }

  function askAll(): void {
    for (const memory of [...waiting.keys()]) ask(memory);
    rmSync(join(folder, "second"), { recursive: true, force: true });
  }

  return {
    take(variant, seen): void {
      const root = join(folder, "second", `${roots}`, "root");
      roots += 1;
      layOut(root, subject, variant);
      const memory = variant.needsMemory ? installation.memoryOf(variant.look) : "";
      const asked = waiting.get(memory) ?? [];
      asked.push({ variant, seen, path: join(root, variant.look) });
      waiting.set(memory, asked);
      if (roots % batch === 0) askAll();
    },
    end: askAll,
  };
}

function layOut(root: string, { files }: Subject, variant: Variant): void {
  const spoiled = new Map<string, Uint8Array | null>([...files, ...variant.changes()]);
  for (const [path, bytes] of spoiled) {
    if (bytes === null) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    const mode = path.includes("/snapshots/") ? 0o444 : 0o644;
    writeFileSync(join(root, path), bytes, { mode });
  }
  mkdirSync(join(root, variant.look), { recursive: true });
}

type Said = Readonly<{
  verdict: string;
  claims: readonly Readonly<{ id: string; verdict: string }>[];
  findings: readonly Readonly<{ file: string | null }>[];
}>;

function verdictsOn(asked: readonly Asked[], policy: string, memory: string): readonly Said[] {
  const paths = asked.map(({ path }) => path);
  const remembering = memory === "" ? [] : ["--memory", memory];
  const args = [script, ...paths, "--policy", policy, ...remembering, "--json"];
  const { stdout, stderr } = spawnSync("python3", args, { encoding: "utf8", maxBuffer: 1 << 28 });
  const lines = stdout.split("\n").filter((line) => line !== "");
  if (lines.length !== asked.length) throw new Error(`the second verifier: ${stderr}`);
  return lines.map((line) => JSON.parse(line) as Said);
}

/** The same word, the claim that had to find it, and a place where there is one. */
function whyDiffers(variant: Variant, seen: Seen, said: Said | undefined): string | null {
  if (said?.verdict !== seen.verdict) return `it says ${said?.verdict}, ours ${seen.verdict}`;
  const word = (id: string): string | undefined =>
    said.claims.find((one) => one.id === id)?.verdict;
  const { expected, mustPass, place } = variant;
  if (expected !== null && word(expected.claim) !== "FAIL") {
    return `its ${expected.claim} is ${word(expected.claim)}`;
  }
  const failed = mustPass.find((id) => word(id) !== "PASS");
  if (failed !== undefined) return `its ${failed} is ${word(failed)}`;
  const files = said.findings.map(({ file }) => file ?? "");
  const isPlaced = place === null || place.files.some((file) => files.includes(file));
  return isPlaced || said.verdict !== "FAIL" ? null : `it names ${files.slice(0, 4).join(", ")}`;
}

/** Whether the second verifier can be run here. */
export function hasSecondVerifier(): boolean {
  return spawnSync("python3", ["--version"]).status === 0;
}
