import { z } from "zod";
import { type ConfigSpec, optional, type Secret, secret } from "#mesh";

/** What congressional-ingest may be told. */
export type CongressConfig = Readonly<{
  /** Null: Quiver is not asked. */
  quiverKey: Secret | null;
  quiverUrl: URL;
  /** Recorded lists of disclosures; none by default. */
  files: readonly string[];
  pollSeconds: number;
  lookbackDays: number;
}>;

export const congressConfig: ConfigSpec<CongressConfig> = {
  quiverKey: secret(
    "QUIVER_API_KEY",
    "key of Quiver's interface; without it and without files nothing is published",
  ),
  quiverUrl: optional("ASSAY_CONGRESS_URL", {
    meaning: "address of the disclosures; https, or http on this machine",
    schema: z
      .string()
      .refine((text) => URL.canParse(text), "expected a URL")
      .transform((text) => new URL(text))
      .refine(isSafe, "expected https without a user in it; http on this machine alone"),
    fallback: new URL("https://api.quiverquant.com/beta/historical/congresstrading"),
  }),
  files: optional<readonly string[]>("ASSAY_CONGRESS_FILES", {
    meaning: "paths of recorded lists between commas: CSV of House or Senate, gzipped or not",
    schema: z
      .string()
      .transform((text) => text.split(",").map((path) => path.trim()))
      .refine(
        (paths) => paths.length <= 64 && !paths.includes(""),
        "expected paths between commas",
      ),
    fallback: [],
  }),
  pollSeconds: optional("ASSAY_CONGRESS_POLL_SECONDS", {
    meaning: "seconds between two looks at the sources, from 10 to 86400",
    schema: whole(10, 86_400),
    fallback: 3600,
  }),
  lookbackDays: optional("ASSAY_CONGRESS_LOOKBACK_DAYS", {
    meaning: "how many days a look reaches back behind what is known, from 0 to 3650",
    schema: whole(0, 3650),
    fallback: 7,
  }),
};

/** A key goes over the network encrypted or not at all. */
function isSafe({ protocol, hostname, username, password }: URL): boolean {
  const isHere = hostname === "127.0.0.1" || hostname === "[::1]" || hostname === "localhost";
  const isPlain = username === "" && password === "";
  return isPlain && (protocol === "https:" || (protocol === "http:" && isHere));
}

function whole(least: number, most: number): z.ZodType<number, string> {
  const message = `expected a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message);
}
