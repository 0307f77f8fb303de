/** The type of an instrument is written in its id: BTC-USDT, BTC-USDT-SWAP, BTC-USD-220520, ... */
export type InstrumentType = "SPOT" | "SWAP" | "FUTURES" | "OPTION";

export function instrumentType(instId: string): InstrumentType {
  const parts = instId.split("-");
  if (parts.length > 3) return "OPTION";
  if (parts[2] === "SWAP") return "SWAP";
  return parts.length === 3 ? "FUTURES" : "SPOT";
}

/** The id without what tells contracts of one family apart. */
export function instrumentFamily(instId: string): string {
  return instId.split("-").slice(0, 2).join("-");
}
