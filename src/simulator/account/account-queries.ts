import type { BalanceView } from "#exchange";
import type { RequestByEndpoint, RowByEndpoint } from "#okx";
import type { Caller } from "../accounts/key-ring.ts";
import type { FaultInjector } from "../faults/injector.ts";
import type { Floor } from "../floor/floor.ts";
import type { MarketView } from "../market/market-view.ts";
import type { SingleHandlers } from "../rest/call.ts";
import { type Reply, refused, rows } from "../rest/reply.ts";
import { balanceRow, type DollarPrice } from "../rows/balance-row.ts";
import { positionRow } from "../rows/position-row.ts";
import { positionMarket } from "./position-market.ts";

type AccountQueries = Pick<
  SingleHandlers,
  | "account_config"
  | "account_instruments"
  | "balance"
  | "positions"
  | "asset_balances"
  | "asset_currencies"
>;

export type AccountParts = Readonly<{
  floor: Floor;
  market: MarketView;
  dollars: DollarPrice;
  faults: FaultInjector;
}>;

export function createAccountQueries(parts: AccountParts): AccountQueries {
  const { floor, dollars } = parts;
  const { exchange, catalog } = floor;

  return {
    account_config: (_request, { caller }) => {
      const account = exchange.account(caller.account);
      if (account === null) return refused("50026");
      return rows([
        {
          ...configFields,
          uid: caller.uid,
          mainUid: caller.uid,
          posMode: account.positionMode === "net" ? "net_mode" : "long_short_mode",
          acctStpMode: account.stpMode,
          label: caller.keyLabel,
          perm: caller.permissions.join(","),
        },
      ]);
    },

    account_instruments: ({ instType, instId }) =>
      rows(
        catalog.rows.filter(
          (row) => row.instType === instType && (instId === undefined || row.instId === instId),
        ),
      ),

    balance: ({ ccy }, { caller }) => {
      const named = ccy?.split(",");
      const known = exchange.balances(caller.account);
      const wanted = known.filter(({ currency }) => named?.includes(currency) ?? true);
      return rows([balanceRow(wanted, dollars, floor.nowMs())]);
    },

    positions: (request, { caller }) => positions(request, caller, parts),

    // Everything lies in the trading account; the funding account is there and empty.
    asset_balances: ({ ccy }) => {
      const named = ccy?.split(",");
      const currencies = exchange.currencies.filter((each) => named?.includes(each) ?? true);
      return rows(
        currencies.map((each) => ({ ccy: each, bal: "0", frozenBal: "0", availBal: "0" })),
      );
    },

    asset_currencies: ({ ccy }) => {
      const named = ccy?.split(",");
      const currencies = exchange.currencies.filter((each) => named?.includes(each) ?? true);
      return rows(
        currencies.map((each) => ({ ...currencyFields, ccy: each, name: each, chain: each })),
      );
    },
  };
}

type PositionsRequest = RequestByEndpoint["positions"];

function positions(
  { instType, instId, posId }: PositionsRequest,
  { account, name }: Caller,
  parts: AccountParts,
): Reply<RowByEndpoint["positions"]> {
  const { floor, faults } = parts;
  const point = {
    endpoint: "GET /api/v5/account/positions",
    account: name,
    channel: null,
    instId: instId ?? null,
    clOrdIds: [],
  };
  if (faults.has("empty_positions") && faults.strike("empty_positions", point) !== null) {
    return rows([]);
  }
  const ids = instId?.split(",");
  const nowMs = floor.nowMs();
  const found = floor.exchange
    .positions(account)
    .filter(({ lots }) => lots !== 0)
    .map((held) => positionRow(held, positionMarket(held.instrument, parts, nowMs), floor.texts))
    .filter(
      (row) =>
        (instType === undefined || row.instType === instType) &&
        (ids?.includes(row.instId) ?? true) &&
        (posId === undefined || posId.split(",").includes(row.posId)),
    );
  return rows(found);
}

/** Free money of one currency, in units; nothing where it was never touched. */
export function balanceOf(balances: readonly BalanceView[], currency: string): BalanceView | null {
  return balances.find((balance) => balance.currency === currency) ?? null;
}

/** Futures mode: spot by cash, swaps by margin of their settle currency. */
const configFields = {
  acctLv: "2",
  autoLoan: false,
  ctIsoMode: "automatic",
  mgnIsoMode: "automatic",
  greeksType: "PA",
  feeType: "0",
  level: "Lv1",
  levelTmp: "",
  spotOffsetType: "",
  stgyType: "0",
  roleType: "0",
  traderInsts: [],
  spotRoleType: "0",
  spotTraderInsts: [],
  opAuth: "0",
  kycLv: "3",
  ip: "",
  type: "0",
  enableSpotBorrow: false,
  spotBorrowAutoRepay: false,
  liquidationGear: "-1",
  discountType: "0",
  settleCcy: "",
  settleCcyList: [],
} as const;

/** Nothing comes in and nothing goes out: deposits and withdrawals are no part of this venue. */
const currencyFields = {
  logoLink: "",
  mainNet: true,
  canDep: false,
  canWd: false,
  canInternal: false,
  needTag: false,
  minDep: "0",
  minDepArrivalConfirm: "1",
  minWdUnlockConfirm: "1",
  minWd: "0",
  maxWd: "0",
  wdTickSz: "8",
  wdQuota: "0",
  usedWdQuota: "0",
  fee: "0",
  minFee: "0",
  maxFee: "0",
  minFeeForCtAddr: "",
  maxFeeForCtAddr: "",
  burningFeeRate: "",
  ctAddr: "",
  depQuotaFixed: "",
  usedDepQuotaFixed: "",
  depQuoteDailyLayer2: "",
} as const;
