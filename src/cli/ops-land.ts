import type { Fault, Result } from "#base";
import {
  createGet,
  type OpsInputs,
  type OpsResult,
  type SnapshotKind,
  takeSnapshot,
  writeDeployReport,
} from "#ops";
import { exitCodes } from "./exit-codes.ts";
import type { OpsOptions } from "./ops.ts";
import { addressesOf } from "./ops-addresses.ts";
import { writableRoot } from "./root.ts";
import { productOf } from "./service-product.ts";
import { verdictExit } from "./status-show.ts";
import { postureLines } from "./status-view.ts";
import { endOrValue, type Shell } from "./verb.ts";

export async function landSnapshot(
  options: OpsOptions,
  shell: Shell,
  kind: SnapshotKind,
): Promise<void> {
  await land(options, shell, async (inputs) => takeSnapshot(inputs, kind));
}

export async function landReport(options: OpsOptions, shell: Shell): Promise<void> {
  await land(options, shell, writeDeployReport);
}

async function land(
  options: OpsOptions,
  shell: Shell,
  act: (inputs: OpsInputs) => Promise<Result<OpsResult, Fault>>,
): Promise<void> {
  const output = shell.output(options);
  const root = endOrValue(writableRoot(options.root), shell, output);
  if (root === null) return;
  const addresses = endOrValue(addressesOf(root, options.address ?? []), shell, output);
  if (addresses === null) return;
  const { version, gitCommit: gitSha } = productOf(shell);
  const get = createGet();
  const inputs = { get, addresses, root, nowMs: Date.now, version, gitSha };
  const landed = endOrValue(await act(inputs), shell, output);
  if (landed === null) return;
  const { written, posture } = landed;
  output.record({ type: "ops", written, ...posture });
  for (const line of postureLines(posture)) output.line(line);
  for (const path of written) output.line(`written: ${path}`);
  shell.end(options.strict ? verdictExit(posture) : exitCodes.ok);
}
