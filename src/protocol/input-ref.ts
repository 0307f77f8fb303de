import { z } from "zod";
import { line, sha256, utc } from "./shapes.ts";

/** One thing that a strategy looked at, so that anyone can find the same bytes again. */
export type InputRef = Readonly<{
  /** `option_chain:SPY`, `promotion:...` */
  name: string;
  sha256: string;
  /** The time that the input speaks of, not when it was read. */
  as_of_utc: string;
}>;

export const inputRef: z.ZodType<InputRef> = z.object({ name: line, sha256, as_of_utc: utc });

/** A strategy that needs more at once aggregates first. */
export const maxInputs = 64;
