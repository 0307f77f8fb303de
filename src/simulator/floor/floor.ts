import { Defect } from "#base";
import type { Command, Exchange, ExchangeEvent, Outcome } from "#exchange";
import type { Catalog } from "../catalog/listing.ts";
import type { VenueIds } from "../catalog/venue-ids.ts";
import type { VenueClock } from "../clock/venue-clock.ts";
import type { RowTexts } from "../rows/row-texts.ts";
import type { TagBook } from "./tag-book.ts";

/** Hears what commands did, in order, once the request or task that caused it is through. */
export type FloorListener = (events: readonly ExchangeEvent[], nowMs: number) => void;

/** Told before a command is applied, and whether it was refused: the journal of a venue. */
export type CommandSink = Readonly<{ accepted: (command: Command) => void }>;

/** A command without its time, which the floor puts in. */
export type Order<C extends Command = Command> = C extends Command ? Omit<C, "timeMs"> : never;

/**
 * Where commands meet the engine: every one is stamped with the venue's time, written to the
 * journal when it was taken, and heard by whoever listens. Nothing else touches the engine.
 */
export type Floor = Readonly<{
  exchange: Exchange;
  catalog: Catalog;
  ids: VenueIds;
  tags: TagBook;
  texts: RowTexts;
  nowMs: () => number;
  execute: (order: Order) => Outcome;
  listen: (listener: FloorListener) => void;
  /** Hands on what happened since the last time; every request and task ends with this. */
  flush: () => void;
}>;

export type FloorParts = Readonly<{
  exchange: Exchange;
  catalog: Catalog;
  ids: VenueIds;
  tags: TagBook;
  clock: VenueClock;
  sink: CommandSink | null;
}>;

export function createFloor({ exchange, catalog, ids, tags, clock, sink }: FloorParts): Floor {
  const listeners: FloorListener[] = [];
  let pending: ExchangeEvent[] = [];
  let armedMs: number | null = null;

  function execute(order: Order): Outcome {
    const command: Command = { ...order, timeMs: clock.nowMs() };
    const outcome = exchange.apply(command);
    if (outcome.reject === "time_backwards") throw new Defect("the venue's clock went back");
    if (outcome.reject === null) sink?.accepted(command);
    if (outcome.events.length > 0) pending.push(...outcome.events);
    arm();
    return outcome;
  }

  /** The engine's own timers (cancel all after) fire by a tick at their time. */
  function arm(): void {
    const dueMs = exchange.nextTimerMs();
    if (dueMs === null || dueMs === armedMs) return;
    armedMs = dueMs;
    clock.at(dueMs, () => {
      if (armedMs === dueMs) armedMs = null;
      execute({ type: "tick" });
      flush();
    });
  }

  function flush(): void {
    if (pending.length === 0) return;
    const events = pending;
    pending = [];
    for (const listener of listeners) listener(events, clock.nowMs());
  }

  return {
    exchange,
    catalog,
    ids,
    tags,
    texts: { catalog, ids, tagText: tags.text, attachedTo: exchange.attachedTo },
    nowMs: clock.nowMs,
    execute,
    listen: (listener) => {
      listeners.push(listener);
    },
    flush,
  };
}
