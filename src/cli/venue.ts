import type { Command } from "commander";
import { addVenueDiff } from "./venue-diff.ts";
import { addVenueServe } from "./venue-serve.ts";
import type { Shell } from "./verb.ts";

/** `assay venue`: an exchange that speaks OKX v5, on this machine. */
export function addVenue(program: Command, shell: Shell): void {
  const venue = program
    .command("venue")
    .description("serve a simulated exchange that speaks OKX v5, or compare libraries on one");
  addVenueServe(venue, shell);
  addVenueDiff(venue, shell);
}
