import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fenceIndex, fenceInventory } from "./inventory.ts";

const root = join(import.meta.dirname, "../../..");

test("every fence has an id of its own, found at its place", () => {
  const ids = fenceInventory.map(({ fence_id }) => fence_id);
  assert.equal(new Set(ids).size, ids.length);
  for (const [index, id] of ids.entries()) assert.equal(fenceIndex(id), index);
});

test("every fence names the file and the function where it stands", () => {
  for (const { fence_id, location } of fenceInventory) {
    const [path = "", name = ""] = location.split(" ");
    const source = readFileSync(join(root, path), "utf8");
    assert.match(source, new RegExp(`function ${name}\\(`), `${fence_id}: ${location}`);
  }
});

test("the world contract lists the same fences in the same order", () => {
  const contract = readFileSync(join(root, "docs/contracts/world.md"), "utf8");
  const listed = Array.from(contract.matchAll(/^\| *`(fence_\w+)` *\|/gm), ([, id]) => id);
  assert.deepEqual(
    listed,
    fenceInventory.map(({ fence_id }) => fence_id),
  );
});
