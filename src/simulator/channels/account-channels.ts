import type { ExchangeEvent, FillView, PositionView } from "#exchange";
import type { VenueClock } from "../clock/venue-clock.ts";
import { type AccountPushParts, pushBalance, pushBoth, pushPositions } from "./account-pushes.ts";
import { pushAlgo, pushFill, pushOrder } from "./order-pushes.ts";
import type { Subscription } from "./subscription.ts";

/** Balance and positions go out again after so long though nothing changed. */
const regularMs = 5000;

/** Channels of an account: what subscribers are told at first, and what happened since. */
export type AccountChannels = Readonly<{
  greet: (subscription: Subscription) => void;
  hear: (events: readonly ExchangeEvent[]) => void;
}>;

export type AccountChannelParts = AccountPushParts & Readonly<{ clock: VenueClock }>;

export function createAccountChannels(parts: AccountChannelParts): AccountChannels {
  return {
    greet: (to) => {
      const { caller, channel } = to;
      if (caller === null) return;
      if (channel.family === "account") {
        repeat(to, () => pushBalance(to, caller, parts), parts);
      } else if (channel.family === "positions") {
        repeat(to, () => pushPositions(to, caller, null, parts), parts);
      } else if (channel.family === "balance_and_position") {
        pushBoth(to, caller, null, parts);
      }
    },
    hear: (events) => {
      if (parts.hub.isEmpty()) return;
      const changes = new Map<number, Change>();
      for (const event of events) hearEvent(event, changes, parts);
      for (const [account, change] of changes) pushChange(account, change, parts);
    },
  };
}

/** Now, and regularly for as long as the subscription lasts. */
function repeat(to: Subscription, push: () => void, parts: AccountChannelParts): void {
  push();
  // `updateInterval` 0 asks for changes alone.
  if (/"updateInterval"\s*:\s*"?0"?/.test(to.arg["extraParams"] ?? "")) return;
  const { hub, clock, floor } = parts;
  clock.at(floor.nowMs() + regularMs, () => {
    if (hub.has(to)) repeat(to, push, parts);
  });
}

/** Each position as the last event shows it, closed ones too. */
type Change = { positions: Map<number, PositionView>; trades: FillView[]; balance: boolean };

function hearEvent(
  event: ExchangeEvent,
  changes: Map<number, Change>,
  parts: AccountChannelParts,
): void {
  const { type } = event;
  if (type === "order_accepted" || type === "order_canceled" || type === "order_amended") {
    pushOrder(event.order, { fill: null, wasAmended: type === "order_amended" }, parts);
  } else if (type === "fill") {
    pushOrder(event.order, { fill: event.fill, wasAmended: false }, parts);
    pushFill(event.fill, parts);
    changeOf(event.fill.account, changes).trades.push(event.fill);
  } else if (type === "algo") {
    pushAlgo(event.algo, parts);
  } else if (type === "position") {
    const { account, id } = event.position;
    changeOf(account, changes).positions.set(id, event.position);
  } else if (type === "balance") {
    changeOf(event.balance.account, changes).balance = true;
  }
}

function changeOf(account: number, changes: Map<number, Change>): Change {
  const known = changes.get(account);
  if (known !== undefined) return known;
  const fresh: Change = { positions: new Map(), trades: [], balance: false };
  changes.set(account, fresh);
  return fresh;
}

/** Money and positions once, however many events moved them. */
function pushChange(account: number, change: Change, parts: AccountChannelParts): void {
  const { hub } = parts;
  const { trades, balance } = change;
  const positions = [...change.positions.values()];
  const each = (family: "account" | "positions" | "balance_and_position") =>
    [...hub.ofAccount(family, account)].flatMap((to) =>
      to.caller === null ? [] : [{ to, caller: to.caller }],
    );
  if (balance) for (const { to, caller } of each("account")) pushBalance(to, caller, parts);
  if (positions.length > 0) {
    for (const { to, caller } of each("positions")) pushPositions(to, caller, positions, parts);
  }
  if (!balance && positions.length === 0) return;
  for (const { to, caller } of each("balance_and_position")) {
    pushBoth(to, caller, { positions, trades }, parts);
  }
}
