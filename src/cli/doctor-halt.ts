import { haltPlaces, haltPosture } from "#venues";
import { type Check, ok, warn } from "./doctor-checks.ts";
import type { Switches } from "./verb.ts";

/**
 * May orders leave? Halted is where an installation begins, so a switch that nobody has set up is
 * as it should be; a latch that somebody engaged wants to be looked at.
 */
export function checkHalt(root: string, switches: Switches): Check {
  const { verdict, latch } = haltPosture(haltPlaces(root, switches));
  const name = "orders";
  if (latch.state === "latched") {
    const detail = `halted by ${latch.source}: ${latch.reason}`;
    return warn(name, detail, "look into it, then: assay halt --release --reason ...");
  }
  if (!verdict.allowed) return ok(name, `halted by the switch (${verdict.reason})`);
  const why = latch.state === "released" ? "; released by one person" : "";
  return ok(name, `may leave for simulated and demo venues${why}; live never`);
}
