/** What a key may do. Every key reads; `trade` places, amends and cancels. */
export type KeyPermission = "read_only" | "trade";

/** Demo is practice money; a key belongs to one of the two and works in no other. */
export type VenueEnvironment = "demo" | "live";

export type PositionMode = "net_mode" | "long_short_mode";

export type VenueKey = Readonly<{
  label: string;
  apiKey: string;
  secretKey: string;
  passphrase: string;
  permissions: readonly KeyPermission[];
}>;

/** One account of the venue: money, orders and positions; any number of keys open it. */
export type VenueAccount = Readonly<{
  name: string;
  /** Digits, as OKX writes user ids. */
  uid: string;
  posMode: PositionMode;
  /** Opening balance by currency, decimal text. */
  balances: Readonly<Record<string, string>>;
  keys: readonly VenueKey[];
}>;

/** Everybody who may speak to a venue. */
export type VenueRoster = Readonly<{
  environment: VenueEnvironment;
  /** Opens the admin door, which is no part of OKX; never a trading key. */
  adminToken: string;
  accounts: readonly VenueAccount[];
}>;
