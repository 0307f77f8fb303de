import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryRoot } from "#support";
import { openRegular } from "./open-regular.ts";

test("only a regular file is opened: nothing leads out of a directory or hangs", () => {
  using root = temporaryRoot();
  const at = (name: string): string => join(root.path, name);
  writeFileSync(at("file"), "12345");
  symlinkSync(at("file"), at("link"));
  mkdirSync(at("folder"));
  assert.equal(spawnSync("mkfifo", [at("pipe")]).status, 0);
  const codeOf = (path: string): string => {
    const opened = openRegular(path);
    return opened.ok ? "open" : opened.fault.code;
  };
  assert.equal(codeOf(at("file")), "open");
  assert.equal(codeOf(at("link")), "file_not_regular");
  assert.equal(codeOf(at("folder")), "file_not_regular");
  assert.equal(codeOf(at("pipe")), "file_not_regular");
  assert.equal(codeOf("/dev/zero"), "file_not_regular");
  assert.equal(codeOf(at("nothing")), "file_missing");
});
