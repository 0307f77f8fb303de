import { RestClient } from "okx-api";
import { okxSdkActs } from "../acts/okx-sdk-acts.ts";
import type { Driver } from "./driver.ts";

/** okx-api, unmodified, with the address, the keys and the time to wait set by its own options. */
export function createOkxSdkDriver(version: string): Driver {
  return {
    column: "okx_sdk",
    label: `okx-api ${version}`,
    callOf: (id) => okxSdkActs[id]?.call ?? null,
    open: async (seat) => {
      const { restUrl: baseUrl, key, demo, timeoutMs: timeout, expTimeMs } = seat;
      const credentials = { apiKey: key.apiKey, apiSecret: key.secret, apiPass: key.passphrase };
      const headers = expTimeMs === null ? {} : { headers: { expTime: String(expTimeMs) } };
      const options = { ...credentials, baseUrl, demoTrading: demo };
      const client = new RestClient(options, { timeout, ...headers });
      return {
        run: async (id) => okxSdkActs[id]?.run(client, seat),
        close: async () => {},
      };
    },
  };
}
