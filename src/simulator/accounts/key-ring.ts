import type { KeyPermission, VenueAccount, VenueKey, VenueRoster } from "./account.ts";

/** Who calls: an account by its index in the engine, and what the key may do. */
export type Caller = Readonly<{
  account: number;
  name: string;
  uid: string;
  keyLabel: string;
  apiKey: string;
  permissions: readonly KeyPermission[];
  mayTrade: boolean;
}>;

export type RingEntry = Readonly<{ caller: Caller; key: VenueKey }>;

/** Keys of all accounts, by their id. Accounts are opened in the engine in the roster's order. */
export type KeyRing = Readonly<{
  accounts: readonly VenueAccount[];
  find: (apiKey: string) => RingEntry | null;
  /** Name of an account by its index; null for what is no client's. */
  nameOf: (account: number) => string | null;
}>;

export function createKeyRing({ accounts }: VenueRoster): KeyRing {
  const byKey = new Map<string, RingEntry>();
  for (const [account, { name, uid, keys }] of accounts.entries()) {
    for (const key of keys) {
      const { label: keyLabel, apiKey, permissions } = key;
      const mayTrade = permissions.includes("trade");
      const caller = { account, name, uid, keyLabel, apiKey, permissions, mayTrade };
      byKey.set(apiKey, { caller, key });
    }
  }
  return {
    accounts,
    find: (apiKey) => byKey.get(apiKey) ?? null,
    nameOf: (account) => accounts[account]?.name ?? null,
  };
}
