import { Argument, type Command } from "commander";
import { type Fault, type Result } from "#base";
import { defaultKeysDirectory, type KeyRing, keyPurposes, keysPlace, openKeyRing } from "#evidence";
import { defaultRoot } from "./root.ts";

export type KeysOptions = Readonly<{ keys: string; root: string; json: boolean }>;

/** The options that every `assay keys` command has. */
export function withKeysOptions(command: Command): Command {
  return command
    .option("--keys <dir>", "where the keys live, outside the root", defaultKeysDirectory())
    .option("--root <dir>", "the root that must not hold them", defaultRoot)
    .option("--json", "JSON lines instead of text", false);
}

/** The directory of keys, which must be there and closed to others. */
export function openKeys({ keys, root }: KeysOptions): Result<KeyRing, Fault> {
  const place = keysPlace(keys, root);
  return place.ok ? openKeyRing(place.value) : place;
}

export function purposeArgument(): Argument {
  return new Argument("<purpose>", "what the key may sign").choices(keyPurposes);
}
