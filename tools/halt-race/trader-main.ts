/**
 * The trader of a race, in a process of its own, which places orders as fast as it can. Nothing of
 * the product knows that it is watched: the file of the switch is opened through `node:fs` and
 * orders leave through a request of `node:http`, and those two are what is noted down here.
 */
import fs from "node:fs";
import { ClientRequest } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { createStream } from "#base";
import { openAgentLoad, openBrokerLoad } from "./load.ts";
import {
  type Found,
  machineMs,
  type Order,
  type Send,
  type TraderSeat,
  type Word,
} from "./messages.ts";

const seat = JSON.parse(process.argv[2] ?? "{}") as TraderSeat;
const draw = createStream({ seed: seat.seed, stream: "latency", id: 1 });
let sends: Send[] = [];
let found: Found[] = [];
let refused = 0;
let isGoing = false;
let isBlocked = false;
let made = 0;

noteSends();
const heard = (one: Found): void => void found.push(one);
const opened = seat.through === "agent" ? openAgentLoad : openBrokerLoad;
const load = await opened(seat, heard);
process.on("message", (order: Order) => void obey(order));
process.on("disconnect", () => process.exit(0));
tell({ type: "up" });

async function obey(order: Order): Promise<void> {
  switch (order.type) {
    case "go":
      if (!(await recover())) return tell({ type: "going", ready: false });
      sends = [];
      found = [];
      refused = 0;
      isGoing = true;
      tell({ type: "going", ready: true });
      for (let worker = 0; worker < seat.parallel; worker += 1) void placeOn();
      if (order.blocked) void block();
      return;
    case "report":
      isGoing = false;
      isBlocked = false;
      tell({ type: "sends", sends, words: found, refused });
      return;
    case "end":
      await load.stop();
      process.exit(0);
  }
}

async function recover(): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await load.recover()) return true;
    await sleep(10);
  }
  return false;
}

async function placeOn(): Promise<void> {
  while (isGoing) {
    made += 1;
    const hasLeft = await load.place(`race-${process.pid}-${made}`).catch(() => false);
    if (hasLeft) continue;
    refused += 1;
    await sleep(5);
  }
}

/** Busy loops of 20 to 200 ms, with a few turns of the loop between them. */
async function block(): Promise<void> {
  isBlocked = true;
  while (isBlocked) {
    const untilMs = machineMs() + 20 + draw.below(181);
    while (machineMs() < untilMs);
    await sleep(8);
  }
}

/** Notes when the last look before a send opened its file, and which order was sent behind it. */
function noteSends(): void {
  const open = fs.openSync;
  let lookedMs = Number.NaN;
  let isBeside = false;
  fs.openSync = (path, ...rest) => {
    if (path === seat.switchFile) {
      lookedMs = machineMs();
      isBeside = true;
      // As soon as anything else may run, the look is one of before.
      queueMicrotask(() => {
        isBeside = false;
      });
    }
    return open(path, ...rest);
  };
  syncBuiltinESMExports();
  const end = Reflect.get(ClientRequest.prototype, "end") as (...all: unknown[]) => unknown;
  Reflect.set(ClientRequest.prototype, "end", function (this: ClientRequest, ...all: unknown[]) {
    if (this.method === "POST" && this.path === "/api/v5/trade/order") {
      const { clOrdId } = JSON.parse(String(all[0])) as { clOrdId: string };
      sends.push({ clOrdId, beganMs: lookedMs, beside: isBeside, writtenMs: machineMs() });
    }
    return end.apply(this, all);
  });
}

function tell(word: Word): void {
  process.send?.(word);
}
