import { err, type Fault, ok, type Result } from "#base";
import { createHttpSend } from "../adapters/http-send.ts";
import { isRecord } from "./compare/read-path.ts";
import { createDirectClient, DirectFailure } from "./direct-client.ts";
import type { AccountHints } from "./log/entry.ts";
import type { StageHost } from "./stage.ts";

/** Modes of the account, and every secret that may never be written down. */
export type ReadAccount = Readonly<{ hints: AccountHints; secrets: readonly string[] }>;

/** Faults: of opening the venue, venue_refused, venue_unreachable. */
export async function readAccount(host: StageHost): Promise<Result<ReadAccount, Fault>> {
  const opened = await host.open();
  if (!opened.ok) return opened;
  const { restUrl, keys, close } = opened.value;
  const send = createHttpSend(restUrl, timeoutMs);
  const client = createDirectClient({ send, key: keys.trader, demo: true, expTimeMs: null });
  const all = [keys.trader, keys.reader, keys.poor].filter((key) => key !== null);
  const secrets = all.flatMap(({ apiKey, secret, passphrase }) => [apiKey, secret, passphrase]);
  try {
    const [row] = await client.call("account_config", {});
    const text = (name: string): string => {
      const value = isRecord(row) ? row[name] : undefined;
      return typeof value === "string" ? value : "";
    };
    const hints = {
      pos_mode: text("posMode"),
      acct_lv: text("acctLv"),
      acct_stp_mode: text("acctStpMode"),
    };
    return ok({ hints, secrets });
  } catch (error) {
    if (!(error instanceof DirectFailure)) throw error;
    const code = error.failure.kind === "refused" ? "venue_refused" : "venue_unreachable";
    return err({ code, message: `the venue does not let us in: ${error.message}`, at: restUrl });
  } finally {
    await close();
  }
}

const timeoutMs = 10_000;
