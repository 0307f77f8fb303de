import { join } from "node:path";
import type { Fault, Result } from "#base";
import { type Lock, machineProcesses, nodeFileSystem, takeLock } from "#evidence";
import { checkSettings, type Environment } from "#mesh";
import type { ExitCode } from "./exit-codes.ts";
import { makeFolder } from "./make-folder.ts";
import { writableRoot } from "./root.ts";
import { allVariables, meshExit } from "./service-host.ts";
import { productOf } from "./service-product.ts";
import { leaveSoon, listenForStop } from "./service-signals.ts";
import { planUp, type UpOptions, type UpPlan } from "./up-plan.ts";
import { runUp } from "./up-run.ts";
import type { Shell } from "./verb.ts";

/** Checks everything that can be checked, takes the root for itself, and hosts until the end. */
export async function startUp(options: UpOptions, fromMs: number, shell: Shell): Promise<ExitCode> {
  const output = shell.output(options);
  const plan = planUp(options);
  if (!plan.ok) return output.fail(plan.fault);
  const settings = check(plan.value, shell.environment);
  if (!settings.ok) {
    output.fail(settings.fault);
    return meshExit(settings.fault);
  }
  const root = writableRoot(options.root);
  if (!root.ok) return output.fail(root.fault);
  const lock = lockRoot(root.value);
  if (!lock.ok) return output.fail(lock.fault);
  using stop = listenForStop(() => output.note("stopping: everything drains within 10 s"));
  try {
    const product = productOf(shell);
    const { ports, json } = options;
    const code = await runUp({
      ...{ plan: plan.value, fromMs, product, ports, json, output, stop },
      environment: shell.environment,
    });
    return leaveSoon(code);
  } finally {
    lock.value.release();
  }
}

/** Before anything is written or listened on. */
function check({ hosted }: UpPlan, env: Environment): Result<unknown, Fault> {
  return checkSettings(hosted, { env, knownVariables: allVariables() });
}

/** Two meshes on one root would write into each other's logs. Fault: store_lock_unavailable. */
function lockRoot(root: string): Result<Lock, Fault> {
  const folder = join(root, "mesh");
  makeFolder(folder);
  const lock = takeLock(nodeFileSystem, join(folder, "up.lock"), machineProcesses());
  if (lock.ok) return lock;
  const message = `${lock.fault.message}: stop it, or give another root with --root`;
  return { ok: false, fault: { ...lock.fault, message } };
}
