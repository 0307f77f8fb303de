import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type CampaignOptions, defaultOptions, runCampaign } from "./campaign.ts";
import { forgeriesOf } from "./forged-variants.ts";
import { type Installation, install } from "./installation.ts";
import { memoryFolder } from "./memory-folder.ts";
import { hasSecondVerifier } from "./second-opinion.ts";
import { makeSubject, type Subject } from "./subject.ts";
import { isClean, reportOf, variantsIn } from "./tally.ts";

/** Every act and every forged claim, the smallest files whole, and a sample of the rest. */
const slice: CampaignOptions = {
  ...defaultOptions,
  oneIn: 500,
  wholeUpTo: 180,
  structuresOneIn: 25,
  fields: false,
  secondOneIn: hasSecondVerifier() ? 25 : 0,
};

const { folder, remove } = memoryFolder();
after(remove);
let subject: Subject;
let installation: Installation;

before(async () => {
  subject = await makeSubject(folder);
  installation = install(`${folder}/installed`, subject);
});

test("in a slice of the tamper campaign all is found at its place, and nothing else", async (t) => {
  const tally = await runCampaign(subject, folder, slice);
  t.diagnostic(
    `${variantsIn(tally)} variants, ${tally.cleanChecks} looks at clean evidence, ` +
      `${tally.secondOpinions} second opinions`,
  );
  assert.ok(isClean(tally), reportOf(tally, subject));
  assert.ok(variantsIn(tally) > 800);
});

test("every claim about a run can fail: each has a forgery of its own", () => {
  const tried = new Set(forgeriesOf(subject).map(({ claim }) => claim));
  const { claims, verdict } = installation.look(subject.run, false);
  assert.equal(verdict, "PASS");
  const untried = claims.map(({ id }) => id).filter((id) => !tried.has(id));
  // These the other acts fail: changed bytes, other keys, another log, another pool.
  const others = ["sums", "pool_lines", "seal", "authenticity", "installation_log"];
  assert.deepEqual(untried, others);
});
