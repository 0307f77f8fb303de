import { assert } from "#base";
import { type Enumerated, enumerateCrashes } from "../store/crash-driver.ts";
import { createDocument } from "../store/document.ts";
import { SimulatedDisk } from "../store/simulated-disk.ts";
import { checkSeal } from "./check-seal.ts";
import { sealRun } from "./seal-run.ts";
import {
  policyOf,
  runFiles,
  runId,
  sealedMs,
  system,
  testKey,
  writeRun,
} from "./sealed-run-fixture.ts";

/**
 * For tests: crashes and faults while a run is refused because its own sums are wrong, which is
 * found only when all is read. Nothing of the run is changed, and mended it can be sealed.
 */
export function crashWhileRefusing(): Enumerated & Readonly<{ untouched: number }> {
  const request = { runId, system, keys: [testKey(1)], nowMs: sealedMs };
  const wrong = Buffer.from(`${"0".repeat(64)}  run_manifest.json\n`);
  const before = new SimulatedDisk();
  writeRun(before, "/run");
  before.tamper("/run/SHA256SUMS", wrong);
  const then = JSON.stringify([...before.contents()]);
  let untouched = 0;
  const counted = enumerateCrashes<{ ended: boolean }>({
    setUp(disk) {
      writeRun(disk, "/run");
      assert(createDocument(disk, "/run/SHA256SUMS", wrong).ok, "the run's own sums");
    },
    ledger: () => ({ ended: false }),
    run(disk, ledger) {
      const refused = sealRun("/run", { ...request, fs: disk });
      ledger.ended = !refused.ok && refused.fault.code === "seal_sums_differ";
    },
    check(disk, { ended }, label) {
      const isAsBefore = JSON.stringify([...disk.contents()]) === then;
      if (isAsBefore && disk.look("/run/tlog") === null) untouched += 1;
      for (const [path, content] of runFiles) {
        assert(disk.contents().get(`/run/${path}`) === content, `${label}: ${path}`);
      }
      assert(!disk.contents().has("/run/attestations.intoto.jsonl"), `${label}: sealed`);
      assert(!ended || disk.contents().has("/run/SHA256SUMS"), `${label}: own sums`);
      disk.tamper("/run/SHA256SUMS", null);
      assert(sealRun("/run", { ...request, fs: disk }).ok, `${label}: mended`);
    },
  });
  return { ...counted, untouched };
}

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
