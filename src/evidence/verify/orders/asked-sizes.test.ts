import assert from "node:assert/strict";
import { test } from "node:test";
import { type Amendment, askedSizes } from "./asked-sizes.ts";

type Case = Readonly<{
  name: string;
  /** Of an order of 5: what an amendment asks for, and what became of it. */
  amendments: readonly (readonly [size: string, outcome: Amendment["outcome"]])[];
  historySize?: string;
  /** Among 1 to 9: sizes with which the order is full; others that it may end with; reached. */
  full: readonly number[];
  most: number;
  largest: number;
}>;

const cases: readonly Case[] = [
  { name: "nothing was amended", amendments: [], full: [5], most: 5, largest: 5 },
  { name: "more was taken", amendments: [["8", "taken"]], full: [8], most: 8, largest: 8 },
  { name: "less was taken", amendments: [["2", "taken"]], full: [2, 3, 4], most: 2, largest: 5 },
  { name: "more was refused", amendments: [["8", "refused"]], full: [5], most: 5, largest: 5 },
  { name: "less was refused", amendments: [["2", "refused"]], full: [5], most: 5, largest: 5 },
  { name: "more was lost", amendments: [["8", "open"]], full: [5, 8], most: 8, largest: 8 },
  { name: "less was lost", amendments: [["2", "open"]], full: [2, 3, 4, 5], most: 5, largest: 5 },
  { name: "nothing was told", amendments: [["8", null]], full: [5, 8], most: 8, largest: 8 },
  { name: "the price alone", amendments: [["5.0", "taken"]], full: [5], most: 5, largest: 5 },
  {
    name: "the price alone while the size is not known",
    amendments: [
      ["2", "open"],
      ["5", "taken"],
    ],
    ...{ full: [2, 3, 4, 5], most: 5, largest: 5 },
  },
  {
    name: "less, then more, both taken",
    amendments: [
      ["2", "taken"],
      ["7", "taken"],
    ],
    ...{ full: [7], most: 7, largest: 7 },
  },
  {
    name: "more, then less, both taken",
    amendments: [
      ["8", "taken"],
      ["3", "taken"],
    ],
    ...{ full: [3, 4, 5, 6, 7], most: 3, largest: 8 },
  },
  {
    name: "lost, then taken",
    amendments: [
      ["8", "open"],
      ["6", "taken"],
    ],
    ...{ full: [6, 7], most: 6, largest: 8 },
  },
  {
    name: "taken and not made, by the history",
    amendments: [["8", "taken"]],
    ...{ historySize: "5", full: [5, 8], most: 8, largest: 8 },
  },
  {
    name: "less was taken and not made, by the history",
    amendments: [["2", "taken"]],
    ...{ historySize: "5", full: [2, 3, 4, 5], most: 5, largest: 5 },
  },
  {
    name: "a size in the history that nobody asked for",
    amendments: [["8", "refused"]],
    ...{ historySize: "8", full: [5], most: 5, largest: 5 },
  },
];

const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9];

for (const { name, amendments, historySize = null, full, most, largest } of cases) {
  test(`of an order of 5: ${name}`, () => {
    const asked = askedSizes({
      requested: "5",
      amendments: amendments.map(([size, outcome]) => ({ size, outcome })),
      historySize,
    });
    const fits = (is: (filled: string) => boolean): number[] =>
      sizes.filter((filled) => is(String(filled)));
    assert.deepEqual(fits(asked.isFull), full);
    assert.deepEqual(fits(asked.endsWith).at(-1), most);
    assert.deepEqual(fits(asked.reaches).at(-1), largest);
  });
}
