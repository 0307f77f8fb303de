import { err, type Fault, ok, type Result } from "#base";
import { findBar } from "#okx";

/** Milliseconds of a bar by the venue's name for it. Fault: bar_unknown. */
export function barInterval(name: string): Result<number, Fault> {
  const bar = findBar(name);
  if (bar === null || bar.lengthMs === null) {
    const given = JSON.stringify(name.slice(0, 20));
    const message = `${given} is no bar of a fixed length, like 1m or 1H`;
    return err({ code: "bar_unknown", message });
  }
  return ok(bar.lengthMs);
}
