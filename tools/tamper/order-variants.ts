import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { landVenueRun, orderVariants } from "#support";
import { wholeRoot } from "./forged-variants.ts";
import { type Files, filesOf, type Subject, sealWith } from "./subject.ts";
import { type Variant, variantOf } from "./variant.ts";

/** False evidence about orders under the right key, in each way that the claims about them know. */
export function* orderVariantsOf(subject: Subject, folder: string): Generator<Variant> {
  const looks = new Map<string, string>();
  for (const { name, claim, code, verdict, spec, edits } of orderVariants) {
    if (verdict !== "FAIL" || unsealable.has(code)) continue;
    const named = edits.naming === undefined ? {} : { naming: edits.naming };
    const session = JSON.stringify([spec, named]);
    const look = looks.get(session) ?? runsOf(folder, { spec, edits: named }, () => {})[0];
    looks.set(session, look);
    yield variantOf({
      kind: "false order evidence, sealed with the key",
      what: `${claim} ${code}: ${name}`,
      file: "<orders>",
      changes: () => wholeRoot(subject, landed(subject, folder, { spec, edits })),
      look,
      expected: { claim, code },
      mustPass: ["seal", "authenticity", "installation_log"],
    });
  }
}

/** What a seal refuses to begin with: no forger gets that far. */
const unsealable: ReadonlySet<string> = new Set([
  "tier_directory_differs",
  "raw_missing",
  "raw_sums_differ",
  "raw_file_lost",
]);

type Session = Pick<(typeof orderVariants)[number], "spec" | "edits">;

function landed({ keys }: Subject, folder: string, session: Session): Files {
  const [, files] = runsOf(folder, session, (root, run) => sealWith(keys, root, run));
  return files;
}

/** Where the session's run lies below its root, and everything there. */
function runsOf(
  folder: string,
  { spec, edits }: Session,
  seal: (root: string, run: string) => void,
): readonly [run: string, files: Files] {
  const root = mkdtempSync(join(folder, "orders-"));
  try {
    const run = landVenueRun(root, spec, edits);
    seal(root, run);
    return [run.slice(root.length + 1), filesOf(root)];
  } finally {
    rmSync(root, { recursive: true });
  }
}
