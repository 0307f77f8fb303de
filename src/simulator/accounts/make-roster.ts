import { randomBytes, randomUUID } from "node:crypto";
import type {
  KeyPermission,
  VenueAccount,
  VenueEnvironment,
  VenueKey,
  VenueRoster,
} from "./account.ts";

/** Fresh keys for three users: a trader, its read-only auditor, and a second trader. */
export function makeRoster(environment: VenueEnvironment): VenueRoster {
  return {
    environment,
    adminToken: randomBytes(24).toString("base64url"),
    accounts: [
      makeAccount("main", "44705892343619584", [
        makeKey("trader", ["read_only", "trade"]),
        makeKey("auditor", ["read_only"]),
      ]),
      makeAccount("second", "44705892343619585", [makeKey("second", ["read_only", "trade"])]),
    ],
  };
}

function makeAccount(name: string, uid: string, keys: readonly VenueKey[]): VenueAccount {
  return { name, uid, posMode: "net_mode", balances: openingBalances, keys };
}

const openingBalances: Readonly<Record<string, string>> = { USDT: "100000", BTC: "1", ETH: "10" };

function makeKey(label: string, permissions: readonly KeyPermission[]): VenueKey {
  return {
    label,
    apiKey: randomUUID(),
    secretKey: randomBytes(16).toString("hex").toUpperCase(),
    passphrase: randomBytes(12).toString("base64url"),
    permissions,
  };
}
