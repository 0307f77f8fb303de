import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import {
  type CatalogStore,
  dumpCatalog,
  openStore,
  rebuildCatalog,
  refreshCatalog,
} from "#catalog";
import { landRun, temporaryRoot } from "#support";
import { breaksOf, withBrokenStep } from "./broken-steps.ts";
import type { Stepped } from "./stepped.ts";

const clock = { nowMillis: (): number => 1_767_225_600_000 };
const catalog = "catalog.sqlite";

/**
 * Breaks the making of an index at every step, where one of an older state is there. What is left
 * answers as the old one or as the new one, and can be made anew.
 */
export async function breakCatalogs(how: "rebuilt" | "refreshed", oneIn: number): Promise<Stepped> {
  using root = temporaryRoot();
  using aside = temporaryRoot();
  const path = join(root.path, catalog);
  landRun(root.path, { seed: 1, stopAfterTick: 20 });
  const before = await made(root.path, "rebuilt");
  cpSync(path, join(aside.path, catalog));
  landRun(root.path, { seed: 2, stopAfterTick: 20 });
  const build = async (): Promise<void> => void (await tried(root.path, how));
  const { steps } = await withBrokenStep(null, build);
  const after = await made(root.path, "rebuilt");
  const ways = breaksOf(steps);
  let [count, kept] = [0, 0];
  for (const [number, fault] of ways.entries()) {
    if (number % oneIn !== 0) continue;
    count += 1;
    cpSync(join(aside.path, catalog), path);
    let isMade = false;
    await withBrokenStep(fault, async () => {
      isMade = await tried(root.path, how);
    });
    const what = JSON.stringify(fault);
    const found = await inStore(root.path, dump);
    const isNew = found.join() === after.join();
    assert.ok(isNew || (!isMade && found.join() === before.join()), what);
    if (!isNew) kept += 1;
    assert.deepEqual(await made(root.path, "rebuilt"), after, what);
  }
  return { operations: steps, faults: ways.length, states: count, kept };
}

async function tried(root: string, how: "rebuilt" | "refreshed"): Promise<boolean> {
  return inStore(root, async (store) => {
    const build = how === "rebuilt" ? rebuildCatalog : refreshCatalog;
    return (await build({ root, store, clock })).ok;
  });
}

async function made(root: string, how: "rebuilt" | "refreshed"): Promise<readonly string[]> {
  assert.ok(await tried(root, how));
  return inStore(root, dump);
}

async function inStore<T>(root: string, act: (store: CatalogStore) => Promise<T>): Promise<T> {
  const opened = await openStore(root, null);
  assert.ok(opened.ok);
  await using store = opened.value;
  return await act(store);
}

async function dump(store: CatalogStore): Promise<readonly string[]> {
  const lines: string[] = [];
  const dumped = await dumpCatalog(store, (line) => lines.push(line));
  assert.ok(dumped.ok, JSON.stringify(dumped));
  return lines;
}
