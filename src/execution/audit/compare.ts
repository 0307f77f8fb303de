import { type Amount, amountText, toAmount } from "../amounts/amount.ts";
import type { LinePlace } from "../landing/journal.ts";
import type { Discrepancy } from "./discrepancy.ts";
import { type Materialised, ownerOf } from "./materialise.ts";
import { isEnd, type OwnEvidence, type OwnOrder } from "./own-orders.ts";

export type Closed = Readonly<{ history: boolean; fills: boolean; bills: boolean }>;

type Evidence = Readonly<{
  own: OwnEvidence;
  rows: Materialised;
  closed: Closed;
  prefix: string;
  /** Orders of others that are older are no business of the run. */
  windowStartMs: number;
  /** Whether it was promised that nobody else trades on the account. */
  exclusive: boolean;
}>;

/** Everything on which our record and the exchange's disagree, order by order. */
export function compareWithExchange(evidence: Evidence): readonly Discrepancy[] {
  return [...orphans(evidence), ...endings(evidence), ...sums(evidence), ...systemBills(evidence)];
}

function orphans({
  own,
  rows,
  prefix,
  windowStartMs,
  exclusive,
}: Evidence): readonly Discrepancy[] {
  const found: Discrepancy[] = [];
  const foreign: LinePlace[] = [];
  for (const { row, place } of rows.history) {
    if (ownerOf(row, own) !== null) continue;
    if (row.clOrdId?.startsWith(prefix) !== true) {
      if (row.createdMs >= windowStartMs) foreign.push(place);
    } else {
      const symptom = `${row.clOrdId} is in no attempt of this run`;
      found.push(wrong("orphan_order", row.ordId, null, symptom, [place]));
    }
  }
  for (const { row, place } of rows.fills) {
    if (ownerOf(row, own) !== null || row.clOrdId?.startsWith(prefix) !== true) continue;
    const symptom = `trade ${row.tradeId} of ${row.clOrdId}, which nobody placed`;
    found.push(wrong("fill_without_order", row.tradeId, null, symptom, [place]));
  }
  const [first] = foreign;
  if (first === undefined) return found;
  const symptom = `${foreign.length} orders of somebody else in the window`;
  const foreignActivity = warn("foreign_activity", symptom, first);
  return [...found, exclusive ? { ...foreignActivity, severity: "FAIL" } : foreignActivity];
}

function endings({ own, rows, closed }: Evidence): readonly Discrepancy[] {
  const historyByOrder = new Map(
    rows.history.flatMap((kept) => {
      const owner = ownerOf(kept.row, own);
      return owner === null ? [] : [[owner.clOrdId, kept] as const];
    }),
  );
  const found: Discrepancy[] = [];
  for (const order of own.orders.values()) {
    if (!order.sent) continue;
    const at: LinePlace = { file: "order_attempts.jsonl", line: order.attemptLine };
    const kept = historyByOrder.get(order.clOrdId);
    const taken = wasTaken(order) || kept !== undefined;
    if (!taken) {
      if (order.outcome === "rejected" || order.lastSample !== null) continue;
      const symptom = `nobody knows what became of ${order.clOrdId}`;
      found.push({ ...wrong("outcome_unknown", null, order.clOrdId, symptom, [at]), ...open });
      continue;
    }
    if (kept === undefined) {
      if (!closed.history) continue;
      const symptom = `${order.clOrdId} was taken, and the history lacks it`;
      found.push(wrong("order_missing_at_exchange", null, order.clOrdId, symptom, [at]));
      continue;
    }
    const last = order.lastSample;
    const { row, place } = kept;
    if (!isEnd(row.state) && (last === null || !isEnd(last.state))) {
      const symptom = `${order.clOrdId} is ${row.state}`;
      const open_ = wrong("order_without_end", row.ordId, order.clOrdId, symptom, [place]);
      found.push({ ...open_, ...open });
    }
    if (last === null || !isEnd(last.state)) continue;
    const same = last.state === row.state && toAmount(last.accFillSz) === toAmount(row.accFillSz);
    if (same) continue;
    const [seen, told] = [last, row].map((one) => `${one.state} ${one.accFillSz}`);
    const said = `${seen} sampled, ${told} in history`;
    found.push(wrong("history_differs", row.ordId, order.clOrdId, said, [place]));
  }
  return found;
}

const open = { severity: "NOT_MEASURABLE" } as const;

/** Whether the exchange ever had it, by what we saw ourselves. */
function wasTaken(order: OwnOrder): boolean {
  if (order.acknowledged || order.outcome === "ok") return true;
  const state = order.lastSample?.state ?? "not_found";
  return state !== "not_found" && state !== "unknown";
}

/** Fills against orders, bills against fills. */
function sums({ own, rows, closed }: Evidence): readonly Discrepancy[] {
  const found: Discrepancy[] = [];
  const filled = new Map<string, Amount>();
  const fees = new Map<string, { fills: Amount; bills: Amount }>();
  const feesOf = (ordId: string): { fills: Amount; bills: Amount } => {
    const known = fees.get(ordId) ?? { fills: 0n, bills: 0n };
    fees.set(ordId, known);
    return known;
  };
  for (const { row } of rows.fills) {
    filled.set(row.ordId, (filled.get(row.ordId) ?? 0n) + toAmount(row.fillSz));
    feesOf(row.ordId).fills += toAmount(row.fee);
  }
  for (const { row } of rows.bills) {
    if (row.ordId !== null && row.type === "2") feesOf(row.ordId).bills += toAmount(row.fee);
  }
  if (closed.history && closed.fills) {
    for (const { row, place } of rows.history) {
      const sum = filled.get(row.ordId) ?? 0n;
      if (sum === toAmount(row.accFillSz)) continue;
      const symptom = `order ${row.ordId}: fills of ${amountText(sum)}, filled ${row.accFillSz}`;
      const name = ownerOf(row, own)?.clOrdId ?? null;
      found.push(wrong("fills_do_not_add_up", row.ordId, name, symptom, [place]));
    }
  }
  if (!closed.fills || !closed.bills) return found;
  for (const { row, place } of rows.fills) {
    const sum = fees.get(row.ordId);
    if (sum === undefined || sum.fills === sum.bills) continue;
    fees.delete(row.ordId);
    const said = `fills cost ${amountText(sum.fills)}, bills ${amountText(sum.bills)}`;
    const symptom = `order ${row.ordId}: ${said}`;
    found.push(wrong("fees_do_not_add_up", row.ordId, row.clOrdId, symptom, [place]));
  }
  return found;
}

function systemBills({ rows }: Evidence): readonly Discrepancy[] {
  const system = rows.bills.filter(({ row }) => row.ordId === null);
  const [first] = system;
  if (first === undefined) return [];
  const symptom = `${system.length} bills have no order: they are charged to nobody`;
  return [warn("bill_without_order", symptom, first.place)];
}

function wrong(
  type: Discrepancy["type"],
  exchangeAnchor: string | null,
  localAnchor: string | null,
  symptom: string,
  places: readonly LinePlace[],
): Discrepancy {
  return { type, severity: "FAIL", exchangeAnchor, localAnchor, symptom, places };
}

function warn(type: Discrepancy["type"], symptom: string, place: LinePlace): Discrepancy {
  const severity = "WARN";
  return { type, severity, exchangeAnchor: null, localAnchor: null, symptom, places: [place] };
}
