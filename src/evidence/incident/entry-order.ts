import type { EntryBody } from "./entry.ts";

/** How far an incident has come: none = nothing written yet. */
export type Stage = "none" | "open" | "closed";

/** Why this entry may not come next; null when it may. A closed incident takes remarks only. */
export function whyNotAllowed(stage: Stage, body: EntryBody): string | null {
  if (stage === "none") return body.type === "open" ? null : "a record begins with its opening";
  if (body.type === "open") return "the incident was opened before";
  if (stage === "open") return null;
  if (body.type !== "note") return "the incident is closed and takes notes only";
  return body.criteria.length === 0 ? null : "a closed incident takes no more criteria";
}

export function stageAfter(stage: Stage, body: EntryBody): Stage {
  if (body.type === "closed") return "closed";
  return body.type === "open" ? "open" : stage;
}
