import { hash } from "node:crypto";
import { join } from "node:path";
import { err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import { rawAccount, type SamplePolicy } from "../artifacts/orders/raw-samples.ts";
import { documentText } from "../run/documents.ts";
import { createLineFile, type LineFile } from "../run/line-file.ts";
import { formatSums } from "../seal/sums.ts";
import { createDocument, makeDirectories } from "../store/document.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { createSampler, type RawOffer, type SampleEffect } from "./sampler.ts";

/** What the seal of the run says of raw/: the digest of its sums. */
export type SealedSamples = Readonly<{ path: string; sha256: string }>;

/**
 * Keeps the raw samples of a tier-1 run under `raw/`: parts, the account of what was dropped, and
 * their own sums. After the first fault nothing more is written; faults are those of the disk.
 */
export type RawSampleWriter = Readonly<{
  offer: (offer: RawOffer) => Result<void, Fault>;
  finish: () => Result<SealedSamples, Fault>;
}>;

export function createRawSampleWriter(
  directory: string,
  runId: string,
  policy: SamplePolicy,
): Result<RawSampleWriter, Fault> {
  const sampler = createSampler(runId, policy);
  if (!sampler.ok) return sampler;
  const made = makeDirectories(nodeFileSystem, join(directory, "raw"));
  if (!made.ok) return made;
  const files = new Map<string, LineFile>();

  function fileAt(name: string): LineFile {
    const known = files.get(name);
    if (known !== undefined) return known;
    const file = createLineFile(join(directory, name));
    files.set(name, file);
    return file;
  }

  function carryOut(effect: SampleEffect): Result<void, Fault> {
    if (effect.type === "append") {
      const file = fileAt(effect.file);
      file.line(effect.line);
      return file.failure === null ? ok(undefined) : err(file.failure);
    }
    fileAt(effect.file).finish();
    files.delete(effect.file);
    const path = join(directory, effect.file);
    return attemptIo("write", path, () => nodeFileSystem.unlink(path));
  }

  return ok({
    offer(offer): Result<void, Fault> {
      for (const effect of sampler.value.offer(offer)) {
        const done = carryOut(effect);
        if (!done.ok) return done;
      }
      return ok(undefined);
    },
    finish(): Result<SealedSamples, Fault> {
      const digests = new Map<string, string>();
      for (const [name, file] of files) {
        const record = file.finish();
        if (record === null) return err(file.failure ?? unfinished(name));
        digests.set(name.slice("raw/".length), record.sha256);
      }
      const account = utf8ToBytes(documentText(rawAccount, sampler.value.account()));
      const told = createDocument(nodeFileSystem, join(directory, accountPath), account);
      if (!told.ok) return told;
      digests.set(accountPath.slice("raw/".length), hash("sha256", account, "hex"));
      const sums = formatSums([...digests].map(([path, sha256]) => ({ path, sha256 })));
      const summed = createDocument(nodeFileSystem, join(directory, sumsPath), sums);
      if (!summed.ok) return summed;
      return ok({ path: sumsPath, sha256: hash("sha256", sums, "hex") });
    },
  });
}

const accountPath = "raw/raw_account.json";
const sumsPath = "raw/SHA256SUMS";

function unfinished(name: string): Fault {
  return { code: "run_write_failed", message: "could not be finished", at: name };
}
