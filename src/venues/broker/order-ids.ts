/** Names of orders and attempts of a run: a prefix or a letter, and a counter; never chance. */
export type OrderIds = Readonly<{
  nextClientOrderId: () => string;
  nextAttemptId: () => string;
}>;

/** Prefix and counter together have at most 32 letters and digits, as the venue takes them. */
export const maxPrefixLength = 22;

const counterDigits = 10;

export function isOrderPrefix(prefix: string): boolean {
  return /^[A-Za-z][A-Za-z0-9]*$/.test(prefix) && prefix.length <= maxPrefixLength;
}

/** `ordersBefore` and `attemptsBefore`: the highest numbers that the run has used already. */
export function createOrderIds(
  prefix: string,
  ordersBefore: number,
  attemptsBefore: number,
): OrderIds {
  let [orders, attempts] = [ordersBefore, attemptsBefore];
  return {
    nextClientOrderId(): string {
      orders += 1;
      return `${prefix}${String(orders).padStart(counterDigits, "0")}`;
    },
    nextAttemptId(): string {
      attempts += 1;
      return `at${String(attempts).padStart(counterDigits, "0")}`;
    },
  };
}

/** The counter of an id of this prefix; null for another id. */
export function orderNumber(prefix: string, clientOrderId: string): number | null {
  if (!clientOrderId.startsWith(prefix)) return null;
  const counter = clientOrderId.slice(prefix.length);
  return new RegExp(`^\\d{${counterDigits}}$`).test(counter) ? Number(counter) : null;
}

/** The number behind a letter or two, as in at0000000001 and c00000001; 0 for another id. */
export function numberIn(id: string): number {
  const digits = /^[a-z]{1,2}(\d{1,15})$/.exec(id)?.[1];
  return digits === undefined ? 0 : Number(digits);
}
