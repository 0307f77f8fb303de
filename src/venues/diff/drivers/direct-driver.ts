import { createHttpSend } from "../../adapters/http-send.ts";
import { directActs } from "../acts/direct-acts.ts";
import { createDirectClient } from "../direct-client.ts";
import type { Driver } from "./driver.ts";

/** Our own words over plain HTTP and WebSocket: the baseline. */
export function createDirectDriver(version: string): Driver {
  return {
    column: "direct",
    label: `assay ${version}`,
    callOf: (id) => directActs[id]?.call ?? null,
    open: async (seat) => {
      const { restUrl, key, demo, timeoutMs, expTimeMs } = seat;
      const send = createHttpSend(restUrl, timeoutMs);
      const client = createDirectClient({ send, key, demo, expTimeMs });
      return {
        run: async (id) => directActs[id]?.run(client, seat),
        close: async () => {},
      };
    },
  };
}
