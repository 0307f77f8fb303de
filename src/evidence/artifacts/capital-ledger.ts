import type { z } from "zod";
import type { LedgerEvent, LedgerTotals } from "#core";
import { count, oneOf, strictRecord, whole } from "./fields.ts";
import { type CapitalTripletRecord, capitalTriplet, type EventHead, eventHead } from "./moment.ts";

export type LedgerLine = EventHead &
  Readonly<{
    cause: LedgerEvent["cause"];
    alive_agents: number;
    births: number;
    deaths: number;
    capital_triplet: CapitalTripletRecord;
    totals: LedgerTotals;
  }>;

export const ledgerTotals: z.ZodType<LedgerTotals> = strictRecord<LedgerTotals>({
  price_pnl_micro: whole,
  fees_micro: whole,
  funding_micro: whole,
  living_cost_micro: whole,
  settled_to_reserve_micro: whole,
  reboot_capital_micro: whole,
});

export const ledgerLine: z.ZodType<LedgerLine> = strictRecord<LedgerLine>({
  ...eventHead,
  cause: oneOf(["start", "review", "season_end", "reboot", "end"]),
  alive_agents: count,
  births: count,
  deaths: count,
  capital_triplet: capitalTriplet,
  totals: ledgerTotals,
});
