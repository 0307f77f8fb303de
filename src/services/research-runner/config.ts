import { z } from "zod";
import { type ConfigSpec, optional, plainText, wholeNumber } from "#mesh";

/** What research-runner may be told. */
export type ResearchConfig = Readonly<{
  /** A campaign to run once, after which the job is done; null: requests come over the bus. */
  experiment: string | null;
  /** The most workers that an experiment gets. */
  workers: number;
  /** Keys that sign the runs; null: they stay unsigned, and the report says so. */
  keys: string | null;
}>;

export const researchConfig: ConfigSpec<ResearchConfig> = {
  experiment: optional("ASSAY_RESEARCH_EXPERIMENT", {
    meaning: "path of a campaign, as `assay evolve --config` takes it, to run once",
    schema: path(),
    fallback: null,
  }),
  workers: optional("ASSAY_RESEARCH_WORKERS", {
    meaning: "the most workers that an experiment gets, from 1 to 64",
    schema: wholeNumber(1, 64),
    fallback: 1,
  }),
  keys: optional("ASSAY_RESEARCH_KEYS", {
    meaning: "directory of the installation's keys, which sign the runs of experiments",
    schema: path(),
    fallback: null,
  }),
};

function path(): z.ZodType<string | null, string> {
  return plainText.pipe(z.string().min(1)).transform((text): string | null => text);
}
