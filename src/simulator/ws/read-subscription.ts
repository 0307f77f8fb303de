import { type ChannelArg, findChannel, type StreamSide } from "#okx";
import type { Caller } from "../accounts/key-ring.ts";
import type { Catalog, Listing } from "../catalog/listing.ts";
import type { FrameSink, Subscription } from "../channels/subscription.ts";
import { type Refusal, refused } from "../rest/reply.ts";

/** The three addresses of OKX, and one of ours that takes everything (`/ws/v5`). */
export type SessionSide = StreamSide | "any";

export type SubscriptionPlace = Readonly<{
  side: SessionSide;
  /** Null before login. */
  caller: Caller | null;
  catalog: Catalog;
  sink: FrameSink;
}>;

/** What a client subscribes to, or why it cannot. */
export function readSubscription(
  arg: ChannelArg,
  { side, caller, catalog, sink }: SubscriptionPlace,
): Subscription | Refusal {
  const channel = findChannel(arg.channel);
  if (channel === null) return refused("60018", describe(arg));
  if (side !== "any" && channel.side !== side) return wrongSide(channel.side, side, arg);
  if (channel.needsLogin && caller === null) return refused("60011");
  for (const name of channel.requires) {
    if ((arg[name] ?? "") === "") return refused("60018", describe(arg));
  }
  const instId = arg["instId"];
  const isOwn = channel.needsLogin;
  const listing = instId === undefined ? null : listingOf(instId, channel.family, catalog);
  if (instId !== undefined && listing === null) return refused("60018", describe(arg));
  const owner = isOwn ? caller : null;
  return {
    key: keyOf(arg),
    channel,
    name: arg.channel,
    arg,
    argText: JSON.stringify(owner === null ? arg : { ...arg, uid: owner.uid }),
    listing: isOwn ? null : listing,
    caller: owner,
    sink,
  };
}

/** The same channel with the same words, whatever their order. */
export function keyOf(arg: ChannelArg): string {
  return Object.keys(arg)
    .sort()
    .map((name) => `${name}=${arg[name]}`)
    .join(",");
}

/** Index channels name the index they follow, BTC-USDT, whatever trades of that name. */
function listingOf(instId: string, family: string, catalog: Catalog): Listing | null {
  const exact = catalog.find(instId);
  if (exact !== null || !family.startsWith("index-")) return exact;
  return catalog.listings.find((listing) => listing.family === instId) ?? null;
}

function wrongSide(wanted: StreamSide, side: StreamSide, arg: ChannelArg): Refusal {
  if (wanted === "business") return refused("64001");
  return side === "business" ? refused("64002") : refused("60018", describe(arg));
}

function describe({ channel, ...others }: ChannelArg): string {
  const rest = Object.entries(others).map(([name, value]) => `,${name}:${value}`);
  return `channel:${channel}${rest.join("")}`;
}
