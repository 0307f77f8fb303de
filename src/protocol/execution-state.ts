import { z } from "zod";
import type { AgentMode, GateState } from "#safety";
import { gateStates } from "#safety";
import { type Codec, createCodec } from "./codec.ts";
import { code, count, epochMs, id, line, name, utc } from "./shapes.ts";
import { type SwitchReading, switchReadingShape } from "./switch-reading.ts";

export const executionStateSchema = "assay.execution_state/1";

/** How many of the latest transitions an answer shows. */
export const maxTransitionsShown = 50;

export type GateTransition = Readonly<{
  from: GateState;
  to: GateState;
  trigger: string;
  reason: string;
  at_utc: string;
}>;

/** `GET /state`: every input of the decision whether an order may leave, and the decision. */
export type ExecutionState = Readonly<{
  schema: typeof executionStateSchema;
  agent_name: string;
  boot_id: string;
  mode: AgentMode;
  state: GateState;
  since_utc: string;
  reason: string;
  error_count: number;
  /** A recovery before this is refused; null when none waits. */
  not_before_utc: string | null;
  gates: Readonly<{
    switch: SwitchReading;
    latch: Readonly<{
      state: "clear" | "latched" | "released";
      since_utc: string | null;
      source: string | null;
      reason: string | null;
    }>;
    marketdata: Readonly<{ fresh: boolean; reason: string; age_ms: number | null }>;
    /** Whether two people's lease is held in memory now, and until when. */
    armed: Readonly<{ held: boolean; until_utc: string | null }>;
  }>;
  /** True only with no refusal left. */
  may_execute: boolean;
  /** Codes of everything that forbids it now. */
  refusals: readonly string[];
  /** Newest first. */
  transitions: readonly GateTransition[];
}>;

const gate = z.custom<GateState>(
  (value) => gateStates.some((state) => state === value),
  "must be a state of the gate",
);

export const executionStateCodec: Codec<ExecutionState> = createCodec(
  executionStateSchema,
  z
    .object({
      schema: z.literal(executionStateSchema),
      agent_name: name,
      boot_id: id,
      mode: z.enum(["OFF", "OBSERVE", "PAPER", "LIVE"]),
      state: gate,
      since_utc: utc,
      reason: line,
      error_count: count,
      not_before_utc: utc.nullable(),
      gates: z.object({
        switch: switchReadingShape,
        latch: z.object({
          state: z.enum(["clear", "latched", "released"]),
          since_utc: utc.nullable(),
          source: line.nullable(),
          reason: line.nullable(),
        }),
        marketdata: z.object({ fresh: z.boolean(), reason: code, age_ms: epochMs.nullable() }),
        armed: z.object({ held: z.boolean(), until_utc: utc.nullable() }),
      }),
      may_execute: z.boolean(),
      refusals: z.array(line),
      transitions: z
        .array(z.object({ from: gate, to: gate, trigger: line, reason: line, at_utc: utc }))
        .max(maxTransitionsShown),
    })
    .refine(({ may_execute, refusals }) => may_execute === (refusals.length === 0), {
      message: "may_execute and refusals must agree",
      path: ["may_execute"],
    }),
);
