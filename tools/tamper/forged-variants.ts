import { createHash } from "node:crypto";
import { basename } from "node:path";
import { forge } from "./forge.ts";
import type { Forgery } from "./forgeries/forgery.ts";
import { behaviorForgeries, documentForgeries } from "./forgeries/of-documents.ts";
import { eventForgeries } from "./forgeries/of-events.ts";
import { formForgeries } from "./forgeries/of-form.ts";
import { moneyForgeries } from "./forgeries/of-money.ts";
import type { Files, Subject } from "./subject.ts";
import { type Changes, filesBelow, inFile, type Variant, variantOf } from "./variant.ts";

/** Every claim about the content of a run has at least one. */
export function forgeriesOf({ run }: Subject): readonly Forgery[] {
  return [
    ...eventForgeries,
    ...moneyForgeries,
    ...documentForgeries,
    ...behaviorForgeries(basename(run)),
    ...formForgeries,
  ];
}

const seals = ["seal", "authenticity", "installation_log"];

/** False content under the right key: only the claim about it can find it. */
export function* forgedWithKey(subject: Subject, folder: string): Generator<Variant> {
  for (const { claim, code, file, change } of forgeriesOf(subject)) {
    yield variantOf({
      kind: "false content, sealed with the key",
      what: `${claim} ${code}: ${file}`,
      file: `${subject.run}/${file}`,
      look: subject.run,
      changes: () =>
        wholeRoot(subject, forge(subject, folder, { keys: subject.keys, edit: change })),
      expected: { claim, code },
      mustPass: hidesTheRest(claim) ? [] : seals,
    });
  }
}

/** The same content by somebody who has everything but the key. */
export function* forgedWithoutKey(subject: Subject, folder: string): Generator<Variant> {
  const home = `${subject.run}/`;
  for (const { claim, code, file, change } of forgeriesOf(subject)) {
    const keys = subject.strangersKeys;
    const forged = (): Files => filesBelow(forge(subject, folder, { keys, edit: change }), home);
    const base = { what: `${claim} ${code}: ${file}`, file: `${home}${file}`, look: subject.run };
    const statement = "attestations.intoto.jsonl";
    // Nothing is known of a run without a manifest, and that is found first.
    if (hidesTheRest(claim)) continue;
    yield variantOf({
      ...base,
      kind: "false content, sealed with another key",
      changes: () => inRun(home, forged()),
      place: inFile(statement),
      expected: { claim: "authenticity", code: "seal_signer_untrusted" },
      mustPass: ["seal"],
    });
    // All of the forger's, but the statement that the key signed.
    yield variantOf({
      ...base,
      kind: "false content, sums and tree made anew",
      changes: () => inRun(home, without(forged(), statement)),
      place: inFile("SHA256SUMS"),
      expected: { claim: "seal", code: "seal_subjects_differ" },
    });
    yield variantOf({
      ...base,
      kind: "false content, sums made anew",
      changes: () => sumsAnew(subject, file, forged().get(file) ?? new Uint8Array(0)),
      place: inFile(file),
      expected: { claim: "seal", code: "seal_subjects_differ" },
    });
  }
}

/** Without a manifest that can be read nobody knows what the rest must be. */
function hidesTheRest(claim: string): boolean {
  return claim === "contract_run_manifest";
}

/** Nothing but these files: the other run, its log entry and the pool are of the honest root. */
export function wholeRoot({ files }: Subject, forged: Files): Changes {
  return new Map<string, Uint8Array | null>([
    ...[...files.keys()].map((path) => [path, null] as const),
    ...forged,
  ]);
}

function inRun(home: string, files: Files): Changes {
  return new Map([...files].map(([name, bytes]) => [home + name, bytes]));
}

function without(files: Files, name: string): Files {
  return new Map([...files].filter(([each]) => each !== name));
}

/** The changed file with its line of SHA256SUMS, all else as it was. */
function sumsAnew({ files, run }: Subject, file: string, bytes: Uint8Array): Changes {
  const home = `${run}/`;
  const sums = Buffer.from(files.get(`${home}SHA256SUMS`) ?? []).toString();
  const digest = createHash("sha256").update(bytes).digest("hex");
  const fitted = sums
    .split("\n")
    .map((line) => (line.endsWith(`  ${file}`) ? `${digest}  ${file}` : line));
  return new Map([
    [`${home}${file}`, bytes],
    [`${home}SHA256SUMS`, Buffer.from(fitted.join("\n"))],
  ]);
}
