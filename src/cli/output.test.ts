import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { exitCodes } from "./exit-codes.ts";
import { createOutput, type Output } from "./output.ts";

test("data goes to standard output, notes and faults to standard error", () => {
  const { output, said } = listen(false);
  output.line("a row");
  output.record({ type: "row" });
  output.note("a note");
  const code = output.fail({ code: "stop_present", message: "no\n  way", at: "/root/STOP" });
  assert.deepEqual(said(), {
    stdout: "a row\n",
    stderr: "a note\nassay: no way (/root/STOP) [stop_present]\n",
  });
  assert.equal(code, exitCodes.refused);
});

test("with --json there are records only, the fault among them", () => {
  const { output, said } = listen(true);
  output.line("a row");
  output.record({ type: "row" });
  output.note("a note");
  output.fail({ code: "config_invalid", message: "no" });
  assert.deepEqual(said(), {
    stdout: '{"type":"row"}\n{"type":"fault","code":"config_invalid","message":"no"}\n',
    stderr: "",
  });
});

test("a reader that goes away is no error and hears nothing more", async () => {
  let writes = 0;
  const gone = new Writable({
    write(_chunk, _encoding, done) {
      writes += 1;
      done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    },
  });
  const output = createOutput({ stdout: gone, stderr: sink().stream }, { json: false });
  output.line("one");
  await new Promise((resolve) => setImmediate(resolve));
  output.line("two");
  assert.equal(writes, 1);
});

test("faults stand for the exit codes that scripts rely on", () => {
  const { output } = listen(false);
  const exitOf = (code: string): number => output.fail({ code, message: "" });
  assert.deepEqual(
    ["run_disk_full", "worker_died", "store_write_failed", "core_lock_unavailable"].map(exitOf),
    [5, 5, 5, 5],
  );
  assert.deepEqual(["stop_unreadable", "replay_interrupted"].map(exitOf), [4, 130]);
  assert.deepEqual(
    ["window_malformed", "dataset_missing", "run_exists_other"].map(exitOf),
    [2, 2, 2],
  );
});

function listen(json: boolean): {
  output: Output;
  said: () => Readonly<{ stdout: string; stderr: string }>;
} {
  const [stdout, stderr] = [sink(), sink()];
  const output = createOutput({ stdout: stdout.stream, stderr: stderr.stream }, { json });
  return { output, said: () => ({ stdout: stdout.text(), stderr: stderr.text() }) };
}

function sink(): { stream: Writable; text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { stream, text: () => text };
}
