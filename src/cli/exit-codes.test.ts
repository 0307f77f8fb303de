import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { test } from "node:test";
import { exitCodes, faultToExit } from "./exit-codes.ts";
import { runCli } from "./program.ts";

const file = join(import.meta.dirname, "../../docs/contracts/exit-codes.md");
const sections = readFileSync(file, "utf8").split(/^## \d /m);

/** The cells of a section's table, without its head. */
function rowsOf(section: number): readonly (readonly string[])[] {
  const lines = (sections[section] ?? "").split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(1).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const wordsIn = (cell = ""): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);

test("the contract has every exit code by its name", () => {
  const rows = rowsOf(1).map(([exit, name]) => [wordsIn(name)[0], Number(exit)]);
  assert.deepEqual(Object.fromEntries(rows), exitCodes);
});

test("the contract has every verb", async () => {
  let help = "";
  const stdout = new Writable({
    write(chunk, _encoding, done): void {
      help += String(chunk);
      done();
    },
  });
  const streams = { stdout, stderr: stdout };
  await runCli(["--help"], streams, { version: "0.0.0", image: null });
  const [, commands = ""] = /\nCommands:\n([^]*?)\n\n/.exec(help) ?? [];
  const verbs = [...commands.matchAll(/^ {2}(\w+)/gm)].map(([, verb = ""]) => verb);
  assert.ok(verbs.length > 15);
  const known = rowsOf(2).flatMap(([verb]) => wordsIn(verb));
  assert.deepEqual(
    known,
    verbs.filter((verb) => verb !== "help"),
  );
});

test("each fault has the exit that the contract gives it", () => {
  let looked = 0;
  for (const [codes, exit] of rowsOf(3)) {
    for (const form of codes === "any other" ? ["`run_missing`", "`x`"] : [codes]) {
      for (const word of wordsIn(form)) {
        const code = word.replace(/^\*/, "some").replace(/\*$/, "some");
        assert.equal(faultToExit({ code, message: "" }), Number(exit), code);
        looked += 1;
      }
    }
  }
  assert.ok(looked > 25);
});
