import { parentPort } from "node:worker_threads";
import { type BareSpec, liveBare } from "./kernel-alone.ts";

// A thread that lives bare runs, so that two of them can share the machine as two workers do.
parentPort?.on("message", (spec: BareSpec | null) => {
  if (spec === null) parentPort?.close();
  else parentPort?.postMessage(liveBare(spec));
});
