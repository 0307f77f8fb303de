import { mkdirSync, rmSync } from "node:fs";
import {
  keysPlace,
  loadRunTrust,
  makeDevelopmentKeys,
  openRunSealer,
  type RunSealer,
  type RunTrust,
} from "#evidence";
import { must } from "./workload.ts";

/** A root with keys of its own beside it, as `npm start` makes them. */
export type Installation = Readonly<{
  root: string;
  sealer: RunSealer;
  trust: () => RunTrust;
}>;

const clock = { nowMillis: (): number => Date.now() };

/** Makes both anew. */
export function install(root: string): Installation {
  const keys = `${root}-keys`;
  for (const folder of [root, keys]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  const ring = must(keysPlace(keys, root));
  must(makeDevelopmentKeys(ring, clock.nowMillis()));
  const sealer = must(openRunSealer(ring, root, clock));
  if (sealer === null) throw new Error("keys were made, and there is no sealer");
  return { root, sealer, trust: () => must(loadRunTrust({ ring, policyFile: null, root })) };
}
