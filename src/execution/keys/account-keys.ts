import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { err, type Fault, ok, parseJson, type Result } from "#base";
import type { OkxKey } from "#okx";

/** The keys of one account: one that trades, and one of the auditor, who only reads. */
export type AccountKeys = Readonly<{
  trader: OkxKey;
  auditor: OkxKey;
  /** Everything in the file that must never land anywhere. */
  secrets: readonly string[];
}>;

/**
 * Reads a file of keys that only its owner may read: that of `assay venue` (venue-keys/1), or one
 * of an account elsewhere (account-keys/1). Which key may do what is proven at the venue, not
 * here. Faults: keys_unreadable, keys_exposed, keys_invalid.
 */
export function readAccountKeys(path: string, account: string | null): Result<AccountKeys, Fault> {
  const text = readPrivate(path);
  if (!text.ok) return text;
  const json = parseJson(text.value);
  const parsed = json.ok ? fileSchema.safeParse(json.value) : null;
  if (parsed === null || !parsed.success) {
    const issue = parsed?.error.issues[0];
    const what = issue === undefined ? "it is no JSON" : `${issue.path.join(".")} is wrong`;
    return invalid(path, `no file of venue keys: ${what}`);
  }
  const file = parsed.data;
  if (file.schema_version === "account-keys/1") {
    const [trader, auditor] = [keyOf(file.trader), keyOf(file.auditor)];
    return ok({ trader, auditor, secrets: secretsOf([trader, auditor]) });
  }
  return keysOfRoster(file, path, account);
}

const secret = z.string().min(1).max(200);
const key = z.looseObject({ api_key: secret, secret_key: secret, passphrase: secret });

const rosterSchema = z.looseObject({
  schema_version: z.literal("venue-keys/1"),
  admin_token: secret,
  accounts: z.array(
    z.looseObject({
      name: z.string(),
      keys: z.array(key.extend({ permissions: z.array(z.string()) })),
    }),
  ),
});

const fileSchema = z.discriminatedUnion("schema_version", [
  rosterSchema,
  z.strictObject({ schema_version: z.literal("account-keys/1"), trader: key, auditor: key }),
]);

function keysOfRoster(
  { accounts, admin_token }: z.infer<typeof rosterSchema>,
  path: string,
  name: string | null,
): Result<AccountKeys, Fault> {
  const account = name === null ? accounts[0] : accounts.find((each) => each.name === name);
  if (account === undefined) return invalid(path, `it has no account ${name ?? ""}`);
  const trader = account.keys.find(({ permissions }) => permissions.includes("trade"));
  const auditor = account.keys.find(({ permissions }) => !permissions.includes("trade"));
  if (trader === undefined || auditor === undefined) {
    const what = `account ${account.name} needs a key that trades and one that only reads`;
    return invalid(path, what);
  }
  const all = accounts.flatMap(({ keys }) => keys.map(keyOf));
  return ok({
    trader: keyOf(trader),
    auditor: keyOf(auditor),
    secrets: [admin_token, ...secretsOf(all)],
  });
}

function keyOf({ api_key, secret_key, passphrase }: z.infer<typeof key>): OkxKey {
  return { apiKey: api_key, secret: secret_key, passphrase };
}

function secretsOf(keys: readonly OkxKey[]): readonly string[] {
  return keys.flatMap(({ apiKey, secret: hidden, passphrase }) => [apiKey, hidden, passphrase]);
}

/** A file that others may read holds no secrets any more. */
function readPrivate(path: string): Result<string, Fault> {
  try {
    if ((statSync(path).mode & 0o077) !== 0) {
      const message = "others may read these keys; chmod 600 it, and change the keys";
      return err({ code: "keys_exposed", message, at: path });
    }
    return ok(readFileSync(path, "utf8"));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    const message = `cannot read the keys of the venue (${code}); name them with --venue-keys`;
    return err({ code: "keys_unreadable", message, at: path });
  }
}

function invalid(path: string, message: string): Result<never, Fault> {
  return err({ code: "keys_invalid", message, at: path });
}
