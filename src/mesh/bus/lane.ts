/**
 * Two kinds of event never share a queue: what is soon worthless (ticks, heartbeats, status), of
 * which the oldest gives way, and work, which is refused at the door rather than forgotten.
 */
export type Lane = "live" | "work";

export const lanes: readonly Lane[] = ["live", "work"];

const liveRoots: ReadonlySet<string> = new Set(["market", "ops"]);

export function laneOf(subject: string): Lane {
  return liveRoots.has(firstToken(subject)) ? "live" : "work";
}

/** The lanes in which a subject that matches the pattern can be. */
export function lanesOf(pattern: string): readonly Lane[] {
  const first = firstToken(pattern);
  return first === "*" || first === ">" ? lanes : [laneOf(pattern)];
}

function firstToken(text: string): string {
  const dot = text.indexOf(".");
  return dot < 0 ? text : text.slice(0, dot);
}
