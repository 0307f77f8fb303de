import type { Channel, ChannelArg } from "#okx";
import type { Caller } from "../accounts/key-ring.ts";
import type { Listing } from "../catalog/listing.ts";

/** Where frames of one connection go. */
export type FrameSink = Readonly<{
  send: (text: string) => void;
  /** Cuts the connection, with a code of the stream. */
  cut: (code: number, reason: string) => void;
}>;

/** One channel that one connection wants. */
export type Subscription = Readonly<{
  /** What makes it the same subscription: the argument as the client wrote it. */
  key: string;
  channel: Channel;
  /** The full name: `candle1m` of the family `candle`. */
  name: string;
  arg: ChannelArg;
  /** The argument as pushes carry it, JSON. */
  argText: string;
  /** Null for channels that are not of one instrument. */
  listing: Listing | null;
  /** Null for public channels. */
  caller: Caller | null;
  sink: FrameSink;
}>;
