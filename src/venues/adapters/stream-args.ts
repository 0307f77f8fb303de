import { unreachable } from "#base";
import { findChannel, type StreamSide } from "#okx";
import type { StreamChannel } from "../port.ts";
import { instrumentType } from "./instrument-type.ts";

/** What a subscription says, and where. */
export type StreamArg = Readonly<{
  side: StreamSide;
  arg: Readonly<{ channel: string } & Record<string, string>>;
}>;

/** A channel of the port as OKX subscribes to it. */
function streamArg({ channel, instId }: StreamChannel): StreamArg {
  const side = findChannel(channel)?.side ?? "public";
  switch (channel) {
    case "account":
      return { side, arg: { channel } };
    case "orders":
    case "positions":
      return { side, arg: { channel, instType: instrumentType(instId), instId } };
    case "tickers":
    case "books":
    case "trades":
    case "mark-price":
    case "funding-rate":
    case "candle1m":
      return { side, arg: { channel, instId } };
    default:
      return unreachable(channel);
  }
}

/** The subscriptions of each connection that is needed. */
export function argsBySide(
  channels: readonly StreamChannel[],
): ReadonlyMap<StreamSide, readonly StreamArg["arg"][]> {
  return new Map(
    Map.groupBy(channels.map(streamArg), (each) => each.side)
      .entries()
      .map(([side, args]) => [side, args.map((each) => each.arg)]),
  );
}
