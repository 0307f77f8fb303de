import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, test } from "node:test";
import { memoryFolder } from "../tamper/memory-folder.ts";
import { forgeries, isUnbroken, runForgeCampaign, soundChange } from "./campaign.ts";
import type { Forgery } from "./forgery.ts";

const { folder, remove } = memoryFolder();
after(remove);

test("in a slice of the campaign every forgery is refused for its reason and recorded", (t) => {
  const tally = runForgeCampaign({ attempts: 2000, seed: 7, folder: `${folder}/slice` });
  t.diagnostic(`${tally.refused} refused, ${tally.admitted} sound ones admitted`);
  assert.deepEqual(tally.wrong, []);
  assert.equal(tally.unrecorded, 0);
  assert.ok(isUnbroken(tally));
  assert.equal(tally.refused + tally.admitted, 2000);
  assert.ok(tally.admitted > 15);
  const tried = new Set(Object.keys(tally.kinds));
  assert.deepEqual(
    forgeries.filter(({ kind }) => !tried.has(kind)),
    [],
  );
});

test("the campaign sees a forgery that is admitted, and a sound change that is refused", () => {
  const passed: Forgery = { ...soundChange, kind: "passed", expected: ["threshold_short"] };
  const stopped: Forgery = {
    kind: "stopped",
    expected: null,
    make: (scene) => ({ change: scene.change(), approvals: [] }),
  };
  const other: Forgery = { ...stopped, kind: "other", expected: ["same_person"] };
  for (const [forgery, said] of [
    [passed, "passed 0: admitted"],
    [stopped, "stopped 0: threshold_short"],
    [other, "other 0: threshold_short"],
  ] as const) {
    const place = `${folder}/${forgery.kind}`;
    const tally = runForgeCampaign({ attempts: 1, seed: 1, folder: place, kinds: [forgery] });
    assert.deepEqual(tally.wrong, [said]);
    assert.equal(isUnbroken(tally), false);
    rmSync(place, { recursive: true });
  }
});
