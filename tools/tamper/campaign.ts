import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Subject } from "./subject.ts";
import { addTally, newTally, type Tally } from "./tally.ts";
import { type VariantOptions, variantsOf } from "./variants.ts";

export type CampaignOptions = VariantOptions &
  Readonly<{
    workers: number;
    /** The second verifier judges one variant in so many; 0 = none. */
    secondOneIn: number;
  }>;

export const defaultOptions: CampaignOptions = {
  oneIn: 1,
  wholeUpTo: 256,
  venueOneIn: 20,
  structuresOneIn: 1,
  values: 1,
  allValuesUpTo: 0,
  seed: 1,
  fields: true,
  workers: availableParallelism(),
  secondOneIn: 0,
};

/** What a worker is given. */
export type Share = Readonly<{
  subject: Subject;
  /** A folder of its own. */
  folder: string;
  options: CampaignOptions;
  index: number;
}>;

export type WorkerMessage = Readonly<
  { type: "progress"; done: number } | { type: "tally"; tally: Tally }
>;

/** Tries every variant, shared among workers; `onProgress` is told how many of all are done. */
export async function runCampaign(
  subject: Subject,
  folder: string,
  options: CampaignOptions,
  onProgress: (done: number, all: number) => void = () => {},
): Promise<Tally> {
  const all = [...variantsOf(subject, folder, options)].length;
  const done: number[] = [];
  const shares = Array.from({ length: options.workers }, (_, index): Promise<Tally> => {
    const share: Share = { subject, folder: join(folder, `worker-${index}`), options, index };
    return shareDone(share, (count) => {
      done[index] = count;
      onProgress(
        done.reduce((sum, each) => sum + each, 0),
        all,
      );
    });
  });
  const sum = newTally();
  for (const tally of await Promise.all(shares)) addTally(sum, tally);
  return sum;
}

function shareDone(share: Share, onDone: (done: number) => void): Promise<Tally> {
  const worker = new Worker(new URL("./campaign-worker.ts", import.meta.url), {
    workerData: share,
  });
  return new Promise((resolve, reject) => {
    worker.on("message", (message: WorkerMessage) => {
      if (message.type === "progress") onDone(message.done);
      else resolve(message.tally);
    });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`a worker ended with ${code}`)));
  });
}
