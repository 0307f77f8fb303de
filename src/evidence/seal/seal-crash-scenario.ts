import { assert } from "#base";
import { type Enumerated, enumerateCrashes } from "../store/crash-driver.ts";
import { SimulatedDisk } from "../store/simulated-disk.ts";
import { checkSeal } from "./check-seal.ts";
import { sealRun } from "./seal-run.ts";
import { policyOf, runId, sealedMs, system, testKey, writeRun } from "./sealed-run-fixture.ts";

/**
 * For tests: crashes and faults while a run is sealed. What is found is unsealed, and then sealing
 * again gives the bytes of an undisturbed seal, or it is those bytes already.
 */
export function crashWhileSealing(oneIn: number): Enumerated & Readonly<{ clean: number }> {
  const key = testKey(1);
  const request = { runId, system, keys: [key], nowMs: sealedMs };
  const policy = policyOf([key]);
  const expected = new SimulatedDisk();
  writeRun(expected, "/run");
  assert(sealRun("/run", { ...request, fs: expected }).ok, "an undisturbed seal");
  const whole = JSON.stringify([...expected.contents()]);
  let clean = 0;
  const counted = enumerateCrashes<{ sealed: boolean }>(
    {
      setUp: (disk) => writeRun(disk, "/run"),
      ledger: () => ({ sealed: false }),
      run: (disk, ledger) => {
        ledger.sealed = sealRun("/run", { ...request, fs: disk }).ok;
      },
      check: (disk, ledger, label) => {
        const before = checkSeal("/run", { policy, runId, fs: disk });
        assert(before.ok && before.value.findingCount === 0, `${label}: ${JSON.stringify(before)}`);
        if (before.value.state === "sealed") clean += 1;
        else {
          assert(!ledger.sealed, label);
          const again = sealRun("/run", { ...request, fs: disk });
          assert(again.ok, `${label}: ${JSON.stringify(again)}`);
        }
        assert(JSON.stringify([...disk.contents()]) === whole, `${label}: other bytes`);
      },
    },
    oneIn,
  );
  return { ...counted, clean };
}
