import type { BrokerFacts, Venue, VenueInstrument } from "#venues";

/** Prices, money and positions as the venue last told them; what it did not tell is unknown. */
export type AccountWatch = Readonly<{ refresh: () => Promise<void>; facts: BrokerFacts }>;

/** Known for so long; an account that cannot be looked at affords nothing. */
const lifeMs = 15_000;

export function createAccountWatch(
  venue: Venue,
  instruments: readonly VenueInstrument[],
  currency: string,
  nowMs: () => number,
): AccountWatch {
  const prices = new Map<string, Readonly<{ px: string; atMs: number }>>();
  let money: Readonly<{ equity: string; available: string; atMs: number }> | null = null;
  let held: Readonly<{ notional: string; atMs: number }> | null = null;

  const isYoung = <T extends Readonly<{ atMs: number }>>(known: T | null): T | null =>
    known !== null && nowMs() - known.atMs <= lifeMs ? known : null;

  async function readPrice({ instId, instType }: VenueInstrument): Promise<void> {
    if (instType === "SPOT") {
      const told = await venue.ticker(instId);
      if (told.ok) prices.set(instId, { px: told.value.last, atMs: told.value.tsMs });
      return;
    }
    const told = await venue.markPrice(instId);
    if (told.ok) prices.set(instId, { px: told.value.px, atMs: told.value.tsMs });
  }

  async function readMoney(): Promise<void> {
    const told = await venue.balance(currency);
    if (!told.ok) return;
    money = { equity: told.value.eq, available: told.value.availEq, atMs: nowMs() };
  }

  /** Rounded up to whole units of the settling currency: a limit may only be met too early. */
  async function readPositions(): Promise<void> {
    let sum = 0;
    for (const { instId, instType, ctVal } of instruments) {
      if (instType === "SPOT") continue;
      const told = await venue.positions(instId);
      if (!told.ok) return;
      for (const { pos, markPx } of told.value) {
        sum += Math.abs(Number(pos)) * Number(ctVal ?? "1") * Number(markPx);
      }
    }
    held = Number.isFinite(sum) ? { notional: String(Math.ceil(sum)), atMs: nowMs() } : null;
  }

  const facts: BrokerFacts = {
    reference: (instId) => prices.get(instId) ?? null,
    account: () => ({
      availableEquity: isYoung(money)?.available ?? null,
      positionNotional: isYoung(held)?.notional ?? null,
    }),
    // One agent acts for the whole account.
    agent: () => ({
      equity: isYoung(money)?.equity ?? null,
      positionNotional: isYoung(held)?.notional ?? null,
    }),
  };
  return {
    facts,
    async refresh(): Promise<void> {
      await Promise.all([...instruments.map(readPrice), readMoney(), readPositions()]);
    },
  };
}
