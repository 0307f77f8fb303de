import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultOptions, runCampaign } from "./campaign.ts";
import { memoryFolder } from "./memory-folder.ts";
import { hasSecondVerifier } from "./second-opinion.ts";
import { makeSubject } from "./subject.ts";
import { isClean, reportOf, variantsIn } from "./tally.ts";

/** All that is no sample of bytes; `npm run campaign:tamper` takes every byte as well. */
test("every act, every forged claim, field and order, and a sample of the bytes", async (t) => {
  const { folder, remove } = memoryFolder();
  t.after(remove);
  const subject = await makeSubject(folder);
  const tally = await runCampaign(subject, folder, {
    ...defaultOptions,
    oneIn: 150,
    secondOneIn: hasSecondVerifier() ? 8 : 0,
  });
  t.diagnostic(
    `${variantsIn(tally)} variants, ${tally.cleanChecks} looks at clean evidence, ` +
      `${tally.secondOpinions} second opinions`,
  );
  assert.ok(isClean(tally), reportOf(tally, subject));
  assert.ok(variantsIn(tally) > 4000);
});
