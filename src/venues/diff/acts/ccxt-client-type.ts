import type ccxt from "ccxt";

/** A client of ccxt pro for OKX; it does REST and streams. */
export type CcxtClient = InstanceType<typeof ccxt.pro.okx>;
