import { z } from "zod";
import { isoFromMillis } from "#base";
import type { SwitchVerdict } from "#safety";
import { type Codec, createCodec } from "./codec.ts";
import { code, line, utc } from "./shapes.ts";

export const switchSchema = "assay.switch/1";

/** What the kill switch said, who said it, and when it was read. */
export type SwitchReading = Readonly<{
  /** `off` lets orders leave as far as the switch is concerned; all else is `halted`. */
  value: "off" | "halted";
  /** The reason of the safety contract: `switch_off`, `switch_absent`, ... */
  reason: string;
  /** The source that halts; null when all say off or none is configured. */
  source: string | null;
  read_at: string;
}>;

/** The same as an event on `safety.switch`, at startup and on every change. */
export type SwitchEvent = SwitchReading & Readonly<{ schema: typeof switchSchema }>;

const fields = {
  value: z.enum(["off", "halted"]),
  reason: code,
  source: line.nullable(),
  read_at: utc,
};

/** Off and its reason go together, so that no reader meets an off that was not read as off. */
function agrees(reading: SwitchReading): boolean {
  return (reading.value === "off") === (reading.reason === "switch_off");
}

const disagreement = "value and reason must agree";

export const switchReadingShape: z.ZodType<SwitchReading> = z
  .object(fields)
  .refine(agrees, disagreement);

export const switchCodec: Codec<SwitchEvent> = createCodec(
  switchSchema,
  z.object({ schema: z.literal(switchSchema), ...fields }).refine(agrees, disagreement),
);

export function switchReadingOf(verdict: SwitchVerdict): SwitchReading {
  const { allowed, reason, source, at } = verdict;
  const read_at = isoFromMillis(Math.floor(at.wallMs));
  return { value: allowed ? "off" : "halted", reason, source, read_at };
}
