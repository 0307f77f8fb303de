import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { err, type Fault, ok, parseJson, type Result } from "#base";
import type { VenueAccount, VenueEnvironment, VenueRoster } from "./account.ts";
import { makeRoster } from "./make-roster.ts";

/**
 * The keys of a venue: made once, kept in a file only its owner may read, used again afterwards.
 * Faults: keys_unreadable, keys_invalid, keys_exposed, keys_unwritable.
 */
export function openRosterFile(
  path: string,
  environment: VenueEnvironment,
): Result<Readonly<{ roster: VenueRoster; made: boolean }>, Fault> {
  const text = readText(path);
  if (!text.ok) return text;
  if (text.value === null) {
    const roster = makeRoster(environment);
    const written = writeRoster(path, roster);
    return written.ok ? ok({ roster, made: true }) : written;
  }
  const roster = parseRoster(text.value, path);
  if (!roster.ok) return roster;
  if (roster.value.environment !== environment) {
    const own = roster.value.environment;
    const message = `these keys are for ${own}, not for ${environment}; name others with --keys`;
    return err({ code: "keys_invalid", message, at: path });
  }
  return ok({ roster: roster.value, made: false });
}

/** A file that others may read holds no secrets any more. */
function readText(path: string): Result<string | null, Fault> {
  try {
    if ((statSync(path).mode & 0o077) !== 0) {
      const message = "others may read these keys; chmod 600 it, or delete it for fresh keys";
      return err({ code: "keys_exposed", message, at: path });
    }
    return ok(readFileSync(path, "utf8"));
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return ok(null);
    return err({
      code: "keys_unreadable",
      message: `cannot read keys: ${codeOf(cause)}`,
      at: path,
    });
  }
}

function writeRoster(path: string, roster: VenueRoster): Result<null, Fault> {
  const temporary = `${path}.new`;
  try {
    makePrivateFolder(dirname(resolve(path)));
    writeFileSync(temporary, rosterText(roster), { mode: 0o600 });
    chmodSync(temporary, 0o600);
    renameSync(temporary, path);
    return ok(null);
  } catch (cause) {
    const message = `cannot write keys: ${codeOf(cause)}; name another file with --keys`;
    return err({ code: "keys_unwritable", message, at: path });
  }
}

/** One after another: where the system makes no folders (`/proc`), node's recursion never ends. */
function makePrivateFolder(path: string): void {
  if (existsSync(path)) return;
  makePrivateFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

const schemaVersion = "venue-keys/1";

/** The file: one JSON document with a line break at its end. */
function rosterText({ environment, adminToken, accounts }: VenueRoster): string {
  const document = {
    schema_version: schemaVersion,
    environment,
    admin_token: adminToken,
    accounts: accounts.map(({ name, uid, posMode, balances, keys }) => ({
      name,
      uid,
      pos_mode: posMode,
      balances,
      keys: keys.map(({ label, apiKey, secretKey, passphrase, permissions }) => ({
        label,
        api_key: apiKey,
        secret_key: secretKey,
        passphrase,
        permissions,
      })),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const secret = z.string().min(8).max(200);
const label = z.string().regex(/^[a-z0-9_-]{1,32}$/, "must be lower-case letters, digits, _ and -");
const amount = z.string().regex(/^\d{1,15}(\.\d{1,8})?$/, "must be decimal text");

const fileSchema = z.strictObject({
  schema_version: z.literal(schemaVersion),
  environment: z.enum(["demo", "live"]),
  admin_token: secret,
  accounts: z
    .array(
      z.strictObject({
        name: label,
        uid: z.string().regex(/^\d{1,20}$/, "must be digits"),
        pos_mode: z.enum(["net_mode", "long_short_mode"]),
        balances: z.record(z.string().regex(/^[A-Z0-9]{2,12}$/, "is no currency"), amount),
        keys: z
          .array(
            z.strictObject({
              label,
              api_key: z.uuid(),
              secret_key: secret,
              passphrase: secret,
              permissions: z.array(z.enum(["read_only", "trade"])).min(1),
            }),
          )
          .min(1)
          .max(20),
      }),
    )
    .min(1)
    .max(1000),
});

/** Fault: keys_invalid; it names the key that is wrong and never its value. */
function parseRoster(text: string, at: string): Result<VenueRoster, Fault> {
  const json = parseJson(text);
  if (!json.ok) return invalid("not JSON", at);
  const parsed = fileSchema.safeParse(json.value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return invalid(`${issue?.path.map(String).join(".") ?? "the document"} is wrong`, at);
  }
  const { environment, admin_token: adminToken, accounts } = parsed.data;
  const roster: VenueRoster = {
    environment,
    adminToken,
    accounts: accounts.map(
      ({ name, uid, pos_mode: posMode, balances, keys }): VenueAccount => ({
        name,
        uid,
        posMode,
        balances,
        keys: keys.map((key) => ({
          label: key.label,
          apiKey: key.api_key,
          secretKey: key.secret_key,
          passphrase: key.passphrase,
          permissions: key.permissions,
        })),
      }),
    ),
  };
  return checkUnique(roster, at);
}

/** Two accounts of one name or two keys of one id would make it a matter of order who is meant. */
function checkUnique(roster: VenueRoster, at: string): Result<VenueRoster, Fault> {
  const { accounts } = roster;
  const keys = accounts.flatMap((account) => account.keys);
  const groups: readonly (readonly [string, readonly string[]])[] = [
    ["account names", accounts.map(({ name }) => name)],
    ["uids", accounts.map(({ uid }) => uid)],
    ["api keys", keys.map(({ apiKey }) => apiKey)],
  ];
  const repeated = groups.find(([, values]) => new Set(values).size !== values.length);
  if (repeated !== undefined) return invalid(`${repeated[0]} must differ`, at);
  const isTradingKey = keys.some(({ secretKey }) => secretKey === roster.adminToken);
  return isTradingKey ? invalid("a trading secret may not be the admin token", at) : ok(roster);
}

function invalid(what: string, at: string): Result<never, Fault> {
  const message = `no keys of a venue: ${what}; delete the file for fresh keys`;
  return err({ code: "keys_invalid", message, at });
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
}
