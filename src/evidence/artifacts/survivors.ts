import type { z } from "zod";
import { agentId, hex16, strictRecord } from "./fields.ts";
import { type LifeLine, lifeLine } from "./life-record.ts";
import { type EventHead, eventHead } from "./moment.ts";

/** An agent alive when the run ended. */
export type SurvivorLine = EventHead &
  Readonly<{ agent_id: string; agent_id_hash: string; life: LifeLine }>;

export const survivorLine: z.ZodType<SurvivorLine> = strictRecord<SurvivorLine>({
  ...eventHead,
  agent_id: agentId,
  agent_id_hash: hex16,
  life: lifeLine,
});
