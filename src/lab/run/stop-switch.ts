import { lstatSync } from "node:fs";
import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";

/** The switch of a root: present or unreadable = stop any run, absent = go on. */
function stopFilePath(root: string): string {
  return join(root, "STOP");
}

/** ok only when the file is certainly absent; a dangling link counts as present. */
export function readStopSwitch(root: string): Result<"absent", Fault> {
  const path = stopFilePath(root);
  try {
    lstatSync(path);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    if (code === "ENOENT") return ok("absent");
    const message = `the STOP switch cannot be read (${code}), and unreadable means stop`;
    return err({ code: "stop_unreadable", message, at: path });
  }
  const message = "the STOP file is present; remove it when runs may start again";
  return err({ code: "stop_present", message, at: path });
}

/** Reads the switch four times a second, well inside the promised second. */
export function watchStopSwitch(root: string, onStop: (fault: Fault) => void): Disposable {
  const timer = setInterval(() => {
    const read = readStopSwitch(root);
    if (read.ok) return;
    clearInterval(timer);
    onStop(read.fault);
  }, pollMillis);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

const pollMillis = 250;
