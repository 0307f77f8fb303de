import { createPublicKey } from "node:crypto";
import { type Command, Option } from "commander";
import {
  formatKeyRecord,
  formatVerifierKey,
  type KeyRecord,
  keyLabel,
  listKeys,
  spkiOf,
} from "#evidence";
import { exitCodes } from "./exit-codes.ts";
import { type KeysOptions, openKeys, withKeysOptions } from "./keys-shared.ts";
import { endOrValue, type Shell } from "./verb.ts";

type Format = "record" | "vkey" | "pem";
type ExportOptions = KeysOptions & Readonly<{ format: Format }>;

/** `assay keys export`: the public half, for another installation, a log reader or openssl. */
export function addKeysExport(keys: Command, shell: Shell): void {
  withKeysOptions(keys.command("export").description("print the public half of a key"))
    .argument("<key>", "which one, as assay keys ls names it")
    .addOption(
      new Option(
        "--format <format>",
        "record for assay keys policy, vkey for logs, pem for openssl",
      )
        .choices(["record", "vkey", "pem"])
        .default("record"),
    )
    .action((label: string, options: ExportOptions) => {
      const output = shell.output(options);
      const ring = endOrValue(openKeys(options), shell, output);
      if (ring === null) return;
      const records = endOrValue(listKeys(ring), shell, output);
      if (records === null) return;
      const record = records.find((each) => keyLabel(each) === label);
      if (record === undefined) {
        const message = `no key ${label} here; assay keys ls names them`;
        shell.end(output.fail({ code: "key_missing", message, at: ring.directory }));
        return;
      }
      const text = textOf(record, options.format);
      output.line(text);
      output.record({ type: "public_key", label, format: options.format, text });
      shell.end(exitCodes.ok);
    });
}

function textOf(record: KeyRecord, format: Format): string {
  const { name, publicKey } = record;
  switch (format) {
    case "record":
      return Buffer.from(formatKeyRecord(record)).toString("utf8").trimEnd();
    case "vkey":
      return formatVerifierKey(name, publicKey);
    case "pem": {
      const key = createPublicKey({ key: spkiOf(publicKey.bytes), format: "der", type: "spki" });
      return key.export({ format: "pem", type: "spki" }).toString().trimEnd();
    }
    default:
      return format;
  }
}
