import { err, type Fault, ok, type Result } from "#base";
import type { OrderRow, Page, PageQuery } from "#venues";
import type { Asked } from "../market-view/ask.ts";
import { askFault } from "../preflight/refusals.ts";
import type { RunSession } from "../run/open-session.ts";

/** Whether the account was left as the dead run left it. */
export type Survey = Readonly<{
  /**
   * Null: nobody else placed an order since. Else the last thing that became of an order of the
   * run happened no later: what the account holds now is the doing of others.
   */
  windowEndMs: number | null;
}>;

const maxPages = 1000;

/**
 * Reads the history of the account since the run began, with the auditor's key. Faults:
 * venue_unreachable, venue_refused, history_too_long.
 */
export async function surveyAccount(
  { askAuditor, request, prefix, journal, directory }: RunSession,
  { windowStartMs, diedMs }: Readonly<{ windowStartMs: number; diedMs: number }>,
): Promise<Result<Survey, Fault>> {
  const { instId, pageLimit: limit } = request.config;
  const endMs = journal.clock.nowMillis() + tailMs;
  let [lastOwnMs, isTaken] = [diedMs, false];
  let after: string | null = null;
  for (let page = 0; page < maxPages; page += 1) {
    const query: PageQuery = { instId, beginMs: windowStartMs, endMs, after, limit };
    const { answer }: Asked<Page<OrderRow>> = await askAuditor((venue) =>
      venue.ordersHistoryPage(query),
    );
    if (!answer.ok) return err(askFault("orders history", answer));
    for (const { clOrdId, createdMs, updatedMs } of answer.value.rows) {
      const isOwn = clOrdId?.startsWith(prefix) === true;
      if (isOwn) lastOwnMs = Math.max(lastOwnMs, updatedMs);
      else if (createdMs > diedMs) isTaken = true;
    }
    after = answer.value.next;
    if (after === null) return ok({ windowEndMs: isTaken ? lastOwnMs : null });
  }
  const message = `more than ${maxPages} pages of orders since the run began`;
  return err({ code: "history_too_long", message, at: directory });
}

const tailMs = 1000;
