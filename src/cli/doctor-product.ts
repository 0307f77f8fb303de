import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkKernels, checkoutPath, readFrozenCore, readStopSwitch } from "#lab";
import { type Check, fail, ok, warn } from "./doctor-checks.ts";
import { groupDigits } from "./table.ts";

/** Does the compiled kernel load here, and does it live the same run as its specification? */
export function checkKernel(): Check {
  const name = "kernel";
  const checked = checkKernels();
  if (!checked.ok) {
    return fail(
      name,
      checked.fault.message,
      "restore src/kernel/kernel.wasm, or use this CPU's x86-64/arm64 build of Node 26",
    );
  }
  const { wasm_sha256, agent_bars } = checked.value;
  const detail = `WASM SIMD ${wasm_sha256.slice(0, 12)} equals the reference`;
  return ok(name, `${detail} over ${groupDigits(agent_bars)} agent-bars`);
}

/** The core that runs must be the core that manifests name. */
export function checkCoreLock(): Check {
  const frozen = readFrozenCore();
  if (!frozen.ok) return fail("core", frozen.fault.message, "restore the checkout: git status");
  const { version, core_hash, files } = frozen.value;
  return ok("core", `version ${version}, ${core_hash.slice(0, 12)}, ${files} files as locked`);
}

export function checkLockfile(): Check {
  const path = join(checkoutPath, "package-lock.json");
  if (existsSync(path))
    return ok("lockfile", "package-lock.json is here; manifests carry its hash");
  return warn("lockfile", "no package-lock.json", "manifests will say so; npm ci needs it");
}

export function checkStop(root: string): Check {
  const read = readStopSwitch(root);
  if (read.ok) return ok("stop", "no STOP file: runs may start");
  return warn("stop", read.fault.message, `remove ${read.fault.at ?? "it"} to start runs`);
}
