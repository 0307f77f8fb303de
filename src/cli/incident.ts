import type { Command } from "commander";
import { addIncidentClose } from "./incident-close.ts";
import { addIncidentFix, addIncidentNote } from "./incident-entries.ts";
import { addIncidentOpen } from "./incident-open.ts";
import { addIncidentList, addIncidentShow } from "./incident-view.ts";
import type { Shell } from "./verb.ts";

/** `assay incident`: evidence frozen first, a record that only grows, an end that is earned. */
export function addIncident(program: Command, shell: Shell): void {
  const incident = program
    .command("incident")
    .description("open, follow and close incidents; each is a record that only grows");
  addIncidentOpen(incident, shell);
  addIncidentNote(incident, shell);
  addIncidentFix(incident, shell);
  addIncidentClose(incident, shell);
  addIncidentList(incident, shell);
  addIncidentShow(incident, shell);
}
