import { packageVersion, readCheckoutFacts } from "#lab";
import type { MeshOptions } from "#mesh";
import { type RosterName, rosterNames } from "#protocol";
import type { Shell } from "./verb.ts";

/** Null for what is no name of the roster. */
export function findRosterName(text: string): RosterName | null {
  return rosterNames.find((name) => name === text) ?? null;
}

export function productOf({ image }: Shell): MeshOptions["product"] {
  return { version: packageVersion(), gitCommit: readCheckoutFacts(image).git_commit };
}
