import { Command, Option } from "commander";
import { millisPerDay } from "#base";
import {
  currentKey,
  installKey,
  type KeyPurpose,
  keysPlace,
  makeKeyRing,
  rotateKey,
} from "#evidence";
import { exitCodes } from "./exit-codes.ts";
import { addKeysExport } from "./keys-export.ts";
import { addKeysList } from "./keys-list.ts";
import { addKeysPolicy } from "./keys-policy.ts";
import { type KeysOptions, openKeys, purposeArgument, withKeysOptions } from "./keys-shared.ts";
import type { Output } from "./output.ts";
import { parseCount } from "./quantities.ts";
import { endOrValue, type Shell } from "./verb.ts";

/** `assay keys`: who signs runs and the log, and whom this installation trusts. */
export function addKeys(program: Command, shell: Shell): void {
  const keys = new Command("keys").description("make, list, rotate and trust signing keys");
  addKeysNew(keys, shell);
  addKeysList(keys, shell);
  addKeysRotate(keys, shell);
  addKeysPolicy(keys, shell);
  addKeysExport(keys, shell);
  program.addCommand(keys.copyInheritedSettings(program));
  for (const command of keys.commands) command.copyInheritedSettings(program);
}

type NewOptions = KeysOptions & Readonly<{ system: string; holder?: string }>;

function addKeysNew(keys: Command, shell: Shell): void {
  withKeysOptions(keys.command("new").description("make the first key of a purpose and trust it"))
    .addArgument(purposeArgument())
    .option("--system <name>", "first part of the names of this installation's logs", "assay.local")
    .option("--holder <name>", "the person or machine that holds the key")
    .action((purpose: KeyPurpose, options: NewOptions) => {
      const output = shell.output(options);
      const place = endOrValue(keysPlace(options.keys, options.root), shell, output);
      if (place === null) return;
      const ring = endOrValue(makeKeyRing(place), shell, output);
      if (ring === null) return;
      const { system, holder = null } = options;
      const request = { purpose, system, holder, nowMs: Date.now() };
      const made = endOrValue(installKey(ring, request), shell, output);
      if (made === null) return;
      tellKey(output, "made", `${made.purpose}.${made.generation}`, made.publicKey.id);
      shell.end(exitCodes.ok);
    });
}

type RotateOptions = KeysOptions & Readonly<{ overlapDays: string }>;

function addKeysRotate(keys: Command, shell: Shell): void {
  withKeysOptions(
    keys.command("rotate").description("replace a key; the old one is trusted a while"),
  )
    .addArgument(purposeArgument())
    .addOption(new Option("--overlap-days <days>", "how long both keys are trusted").default("30"))
    .action((purpose: KeyPurpose, options: RotateOptions) => {
      const output = shell.output(options);
      const days = endOrValue(
        parseCount(options.overlapDays, { min: 0, max: 3650 }),
        shell,
        output,
      );
      if (days === null) return;
      const ring = endOrValue(openKeys(options), shell, output);
      if (ring === null) return;
      const nowMs = Date.now();
      // A key that cannot sign now should be found before it is replaced.
      const current = endOrValue(currentKey(ring, purpose, nowMs), shell, output);
      if (current === null) return;
      const request = { purpose, nowMs, overlapMs: days * millisPerDay };
      const made = endOrValue(rotateKey(ring, request), shell, output);
      if (made === null) return;
      tellKey(output, "made", `${made.purpose}.${made.generation}`, made.publicKey.id);
      output.note(`${purpose}.${current.generation} is trusted for ${days} more days`);
      shell.end(exitCodes.ok);
    });
}

function tellKey(output: Output, what: string, label: string, keyId: string): void {
  output.line(`${what} ${label}, key id ${keyId}`);
  output.record({ type: "key", what, label, key_id: keyId });
}
