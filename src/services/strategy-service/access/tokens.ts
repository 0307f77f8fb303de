import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { bytesToUtf8, err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import { makeDirectories, nodeFileSystem, readDocument, writeDocument } from "#evidence";
import type { Secret } from "#mesh";

export const roles = ["reader", "editor"] as const;
export type Role = (typeof roles)[number];

/** Who asks: everything a caller sees and changes belongs to the tenant. */
export type Caller = Readonly<{ tenant: string; role: Role }>;

/** Null for a token nobody gave out. */
export type Tokens = Readonly<{ callerOf: (token: string) => Caller | null }>;

export type OpenedTokens = Readonly<{
  tokens: Tokens;
  /** The file with the token that we made ourselves; null when tokens were given. */
  file: string | null;
}>;

/** Faults: config_invalid, those of the store. */
export function openTokens(given: Secret | null, folder: string): Result<OpenedTokens, Fault> {
  if (given !== null) {
    const parsed = parseTokens(given.reveal());
    return parsed.ok ? ok({ tokens: tokensOf(parsed.value), file: null }) : parsed;
  }
  const file = join(folder, "api-token");
  const token = nodeFileSystem.look(file) === null ? makeToken(folder, file) : readToken(file);
  if (!token.ok) return token;
  const caller = { tenant: "default", role: "editor" } as const;
  return ok({ tokens: tokensOf([[token.value, caller]]), file });
}

type Granted = readonly [token: string, caller: Caller];

const grantForm = /^([a-z][a-z0-9-]{0,31})\/(reader|editor)=([A-Za-z0-9._~+/-]{24,256}=*)$/;

/** The text itself is never repeated: it holds the tokens. */
function parseTokens(text: string): Result<readonly Granted[], Fault> {
  const granted: Granted[] = [];
  for (const [index, part] of text.split(",").entries()) {
    const [, tenant = "", role = "", token = ""] = grantForm.exec(part.trim()) ?? [];
    if (token === "") {
      const message =
        `part ${index + 1} is not like TENANT/ROLE=TOKEN with ROLE reader or editor and a token ` +
        "of at least 24 characters";
      return err({ code: "config_invalid", message, at: "ASSAY_STRATEGY_TOKENS" });
    }
    if (granted.some(([known]) => known === token)) {
      const message = `part ${index + 1} gives out a token that a part before it gives out`;
      return err({ code: "config_invalid", message, at: "ASSAY_STRATEGY_TOKENS" });
    }
    granted.push([token, { tenant, role: role === "editor" ? "editor" : "reader" }]);
  }
  return ok(granted);
}

/** Looked up by digest, so that the time of a lookup says nothing about a token. */
function tokensOf(granted: readonly Granted[]): Tokens {
  const callers = new Map(granted.map(([token, caller]) => [digest(token), caller]));
  return { callerOf: (token) => callers.get(digest(token)) ?? null };
}

function makeToken(folder: string, file: string): Result<string, Fault> {
  const made = makeDirectories(nodeFileSystem, folder);
  if (!made.ok) return made;
  const token = randomBytes(32).toString("base64url");
  const written = writeDocument(nodeFileSystem, file, utf8ToBytes(`${token}\n`), 0o600);
  return written.ok ? ok(token) : written;
}

function readToken(file: string): Result<string, Fault> {
  const read = readDocument(nodeFileSystem, file, 1024);
  if (!read.ok) return read;
  const text = bytesToUtf8(read.value);
  const token = text.ok ? text.value.trim() : "";
  if (/^[A-Za-z0-9_-]{43}$/.test(token)) return ok(token);
  const message = "holds no token of ours: remove it to have a new one made";
  return err({ code: "token_file_malformed", message, at: file });
}

function digest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
