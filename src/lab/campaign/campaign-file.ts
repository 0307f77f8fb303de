import { readFileSync } from "node:fs";
import { z } from "zod";
import { err, type Fault, type Json, ok, parseJson, type Result } from "#base";
import { maxSeed, maxSeeds } from "./seeds.ts";

/** What `--config FILE` may say; every key is optional, and none but these is known. */
export type CampaignFile = Readonly<{
  name?: string | undefined;
  dataset?: string | undefined;
  /** `NAME:START..END`, as on the command line. */
  window?: string | undefined;
  /** How many (seeds 1 to N), or which. */
  seeds?: number | readonly number[] | undefined;
  kernel?: "simd" | "reference" | undefined;
  behaviors?: boolean | undefined;
  workers?: number | undefined;
  /** Keys of the world; the world itself judges names and values. */
  world?: Readonly<Record<string, Json>> | undefined;
}>;

const seed = z.int().min(0).max(maxSeed);

const campaignFile = z.strictObject({
  name: z.string().min(1).max(64).optional(),
  dataset: z.string().min(1).optional(),
  window: z.string().min(1).optional(),
  seeds: z.union([z.int().min(1).max(maxSeeds), z.array(seed).min(1).max(maxSeeds)]).optional(),
  kernel: z.enum(["simd", "reference"]).optional(),
  behaviors: z.boolean().optional(),
  workers: z.int().min(1).max(1024).optional(),
  world: z.record(z.string(), z.json()).optional(),
});

/** Faults: config_unreadable, config_syntax, config_invalid; each names the file and the key. */
export function readCampaignFile(path: string): Result<CampaignFile, Fault> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    const what = code === "ENOENT" ? "no such file" : code;
    return err({ code: "config_unreadable", message: `cannot read the config: ${what}`, at: path });
  }
  return parseCampaignFile(text, path);
}

export function parseCampaignFile(text: string, path: string): Result<CampaignFile, Fault> {
  const json = parseJson(text);
  if (!json.ok) {
    const place = lineOf(text, json.fault.at ?? "");
    const message = `the config is no JSON: ${json.fault.message}`;
    return err({ code: "config_syntax", message, at: `${path}${place}` });
  }
  const parsed = campaignFile.safeParse(json.value);
  if (parsed.success) return ok(parsed.data as CampaignFile);
  const issue = parsed.error.issues[0];
  const keys = Object.keys(campaignFile.shape).join(", ");
  const message =
    issue?.code === "unrecognized_keys"
      ? `unknown key ${issue.keys.map((key) => `"${key}"`).join(", ")}; known: ${keys} ` +
        "(keys of the world belong under world)"
      : `${issue?.path.join(".") || "the config"}: ${issue?.message ?? "is not as expected"}`;
  return err({ code: "config_invalid", message, at: path });
}

/** `:line` for a fault that says `offset N`. */
function lineOf(text: string, at: string): string {
  const offset = Number(/^offset (\d+)$/.exec(at)?.[1] ?? Number.NaN);
  return Number.isNaN(offset) ? "" : `:${text.slice(0, offset).split("\n").length}`;
}
