import type { QueueModel } from "../api/config.ts";
import type { Mix } from "./random-commands.ts";

const calm: Mix = {
  seed: 1,
  accounts: 4,
  units: 2_000_000_000_000,
  hedge: true,
  middle: 300_000,
  spread: 12,
  largestLots: 400,
  outside: true,
  spot: true,
  markJump: 30,
};
const usual: Mix = { ...calm, markJump: 4000, largestLots: 3000 };
const wild: Mix = { ...calm, markJump: 60_000, largestLots: 9000, accounts: 3 };
const whales: Mix = { ...usual, units: 900_000_000_000_000, largestLots: 60_000 };
/** No outside market and few prices: long queues of our own orders. */
const crowd: Mix = { ...calm, accounts: 8, outside: false, spot: false, spread: 3 };

/** The markets on which the engine is compared with its slow twin. */
export const mixes: readonly Readonly<{ name: string; mix: Mix; model: QueueModel }>[] = [
  { name: "calm", mix: calm, model: "back" },
  { name: "usual", mix: usual, model: "proportional" },
  { name: "wild", mix: wild, model: "front" },
  { name: "whales", mix: whales, model: "back" },
  { name: "crowd", mix: crowd, model: "back" },
];
