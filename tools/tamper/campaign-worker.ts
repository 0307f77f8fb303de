/** A share of the tamper campaign in a thread of its own. */
import { mkdirSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import type { CampaignOptions, Share, WorkerMessage } from "./campaign.ts";
import { type Installation, install } from "./installation.ts";
import { judge } from "./judge.ts";
import { openSecondOpinion } from "./second-opinion.ts";
import type { Subject } from "./subject.ts";
import { countVariant, newTally, type Tally } from "./tally.ts";
import { poolLook } from "./variant.ts";
import { variantsOf } from "./variants.ts";

const cleanEvery = 1000;
const tellEvery = 100;

work(workerData as Share);

function work({ subject, folder, options, index }: Share): void {
  mkdirSync(folder, { recursive: true });
  const installation = install(folder, subject);
  const tally = newTally();
  // The clean look is also what fills the memory.
  checkClean(installation, subject, tally);
  const second = openSecondOpinion({ installation, subject, folder, tally });
  let [number, done] = [0, 0];
  for (const variant of variantsOf(subject, folder, options)) {
    const isMine = number % options.workers === index;
    number += 1;
    if (!isMine) continue;
    const { escape, seen } = judge(installation, variant);
    countVariant(tally, variant, escape);
    if (isAsked(options, number)) second.take(variant, seen);
    done += 1;
    if (done % cleanEvery === 0) checkClean(installation, subject, tally);
    if (done % tellEvery === 0) tell({ type: "progress", done });
  }
  second.end();
  checkClean(installation, subject, tally);
  tell({ type: "tally", tally });
}

function isAsked({ secondOneIn }: CampaignOptions, number: number): boolean {
  return secondOneIn > 0 && Math.floor(number / 7) % secondOneIn === 0;
}

function checkClean(installation: Installation, subject: Subject, tally: Tally): void {
  for (const what of [subject.run, subject.other, subject.venueRun, poolLook]) {
    const { verdict, findings } = installation.look(what, true);
    tally.cleanChecks += 1;
    if (verdict !== "PASS") {
      tally.falseAlarms.push(`${what}: ${verdict} ${JSON.stringify(findings.slice(0, 3))}`);
    }
  }
}

function tell(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}
