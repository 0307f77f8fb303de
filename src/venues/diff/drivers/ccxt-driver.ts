import { ccxtActs } from "../acts/ccxt-acts.ts";
import type { CcxtClient } from "../acts/ccxt-client-type.ts";
import type { Driver } from "./driver.ts";

/**
 * ccxt, unmodified, with the address, the keys and the time to wait set by its own options. It has
 * to know the markets before it does anything; they are loaded once and handed to later clients.
 */
export function createCcxtDriver(version: string): Driver {
  let known: CcxtClient | null = null;
  return {
    column: "ccxt",
    label: `ccxt ${version}`,
    callOf: (id) => ccxtActs[id]?.call ?? null,
    open: async (seat) => {
      const { default: ccxt } = await import("ccxt");
      const { restUrl: rest, streamUrl: ws, key, demo, timeoutMs: timeout } = seat;
      const credentials = { apiKey: key.apiKey, secret: key.secret, password: key.passphrase };
      const make = (options: object): CcxtClient => {
        const client = new ccxt.pro.okx({ ...options, timeout });
        if (demo) client.setSandboxMode(true);
        client.urls["api"] = { rest, ws };
        return client;
      };
      if (known === null) {
        // Without a key: the key of this act may be one that the venue refuses.
        known = make({});
        await known.loadMarkets();
      }
      const client = make(credentials);
      client.setMarketsFromExchange(known);
      // Without it the library takes an address that is not encrypted for that of a proxy.
      await client.loadHttpProxyAgent();
      return {
        run: async (id) => ccxtActs[id]?.run(client, seat),
        close: async () => {
          await client.close();
        },
      };
    },
  };
}
