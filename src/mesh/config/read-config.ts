import { err, type Fault, ok, type Result } from "#base";
import { nearestName } from "./nearest-name.ts";
import { Secret } from "./secret.ts";
import type { ConfigSpec, Setting } from "./setting.ts";

/** The environment of a process as an argument; only the main of the product reads the real one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a person may see of one variable: whether it is there, never what it holds. */
export type Presence = Readonly<{
  variable: string;
  state: "set" | "default" | "missing" | "invalid";
  secret: boolean;
  meaning: string;
}>;

export type ReadConfig<C> = Readonly<{
  config: C;
  presence: readonly Presence[];
  /** Texts that no log line may repeat. */
  secrets: readonly string[];
}>;

/**
 * Reads the settings of a spec, and complains of everything that is wrong at once. An empty
 * variable counts as unset. Faults: config_missing, config_invalid; `at` is the first variable.
 */
export function readConfig<C>(spec: ConfigSpec<C>, env: Environment): Result<ReadConfig<C>, Fault> {
  const presence: Presence[] = [];
  const troubles: Fault[] = [];
  const secrets: string[] = [];
  const entries = Object.entries<Setting<unknown>>(spec).map(([key, setting]) => {
    const { variable, secret, meaning } = setting;
    const read = readSetting(setting, env[variable]);
    presence.push({ variable, secret, meaning, state: read.state });
    if (read.fault !== null) troubles.push(read.fault);
    if (read.value instanceof Secret) secrets.push(...textsOf(read.value));
    return [key, read.value] as const;
  });
  const [first] = troubles;
  if (first !== undefined) {
    const message = troubles.map((trouble) => trouble.message).join("; ");
    return err({ ...first, message });
  }
  // Each key of the spec got the value that its own schema let through.
  return ok({ config: Object.fromEntries(entries) as C, presence, secrets });
}

type ReadSetting = Readonly<{ value: unknown; state: Presence["state"]; fault: Fault | null }>;

function readSetting(setting: Setting<unknown>, text: string | undefined): ReadSetting {
  const { variable, meaning, fallback, schema } = setting;
  if (text === undefined || text === "") {
    if (fallback !== null) return { value: fallback.value, state: "default", fault: null };
    const message = `${variable} is not set: ${meaning}`;
    const fault = { code: "config_missing", message, at: variable };
    return { value: null, state: "missing", fault };
  }
  const read = schema.safeParse(text);
  if (read.success) return { value: read.data, state: "set", fault: null };
  // The text itself is not shown: it may be a secret in the wrong variable.
  const why = read.error.issues[0]?.message ?? "not understood";
  const message = `${variable} cannot be read (${why}): ${meaning}`;
  const fault = { code: "config_invalid", message, at: variable };
  return { value: null, state: "invalid", fault };
}

/** A secret, and the password inside it when it is a URL: drivers repeat that one alone. */
function textsOf(secret: Secret): readonly string[] {
  const text = secret.reveal();
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.password === "") return [text];
  return [text, url.password, decoded(url.password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Refuses every `ASSAY_...` variable that nobody reads: a misspelt setting must not be a setting
 * that silently keeps its default. Fault: config_unknown_variable.
 */
export function checkVariableNames(env: Environment, known: Iterable<string>): Result<void, Fault> {
  const names = new Set(known);
  for (const variable of Object.keys(env).toSorted()) {
    if (!variable.startsWith("ASSAY_") || names.has(variable)) continue;
    const near = nearestName(variable, names);
    const hint = near === null ? "unset it" : `did you mean ${near}?`;
    const message = `${variable} is no setting of Assay; ${hint}`;
    return err({ code: "config_unknown_variable", message, at: variable });
  }
  return ok(undefined);
}
