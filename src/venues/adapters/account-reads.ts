import type { Venue } from "../port.ts";
import { accountConfigOf, balanceOf, feeRatesOf, leverageOf, positionOf } from "./account-rows.ts";
import { mapped, noRow, refusal, single } from "./answers.ts";
import type { Caller } from "./caller.ts";
import { instrumentFamily, instrumentType } from "./instrument-type.ts";

export type AccountReads = Pick<
  Venue,
  "accountConfig" | "balance" | "positions" | "leverage" | "feeRates"
>;

export function accountReads({ ask }: Caller, demo: boolean): AccountReads {
  return {
    async accountConfig() {
      const answer = await ask("account_config", {});
      return single(answer, (row) => accountConfigOf(row, demo), noRow("the account"));
    },
    async balance(currency) {
      const answer = await ask("balance", { ccy: currency });
      const missing = refusal("currency_not_held", `the account has no entry for ${currency}`);
      return single(
        answer,
        (row) => {
          const detail = row.details.find((each) => each.ccy === currency);
          return detail === undefined ? null : balanceOf(row, detail);
        },
        missing,
      );
    },
    async positions(instId) {
      return mapped(await ask("positions", { instId }), (rows) =>
        rows.map(positionOf).filter((each) => each !== null),
      );
    },
    async leverage(instId, marginMode) {
      const answer = await ask("leverage_info", { instId, mgnMode: marginMode });
      return mapped(answer, (rows) => rows.map(leverageOf));
    },
    async feeRates(instId) {
      const instType = instrumentType(instId);
      const which = instType === "SPOT" ? { instId } : { instFamily: instrumentFamily(instId) };
      const answer = await ask("trade_fee", { instType, ...which });
      return single(answer, (row) => feeRatesOf(instId, row), noRow(`the fees of ${instId}`));
    },
  };
}
