import { test } from "node:test";
import { changeEveryByte } from "./tamper-scenario.ts";

test("every byte of every file of a sealed run, changed in each of its bits", (t) => {
  const changes = changeEveryByte(1, [1, 2, 4, 8, 16, 32, 64, 128]);
  t.diagnostic(`${changes} changes, each found in its file`);
});
