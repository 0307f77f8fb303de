import { Defect, unreachable } from "#base";
import type { LinkedEntry } from "./chain.ts";
import type {
  ClosedBody,
  CloseRefusedBody,
  EntryOf,
  FixBody,
  IncidentSection,
  NoteBody,
  OpenBody,
} from "./entry.ts";

/** A text of the document with who wrote it and when. */
export type Remark = Readonly<{ by: string; ts_utc: string; text: string }>;

/** What a record of entries adds up to. */
export type IncidentState = Readonly<{
  id: string;
  status: "open" | "closed";
  opened: EntryOf<OpenBody>;
  /** In the order they were set; the document numbers them from 1. */
  criteria: readonly string[];
  remarks: Readonly<Record<IncidentSection, readonly Remark[]>>;
  fixes: readonly EntryOf<FixBody>[];
  refusals: readonly EntryOf<CloseRefusedBody>[];
  closed: EntryOf<ClosedBody> | null;
  links: readonly LinkedEntry[];
  /** sha256 of the last line: who knows it knows the whole record. */
  head: string;
}>;

/** Adds up a sound chain, which begins with the opening entry. */
export function stateOf(links: readonly LinkedEntry[]): IncidentState {
  const opened = links[0]?.entry;
  const head = links.at(-1)?.sha256;
  if (opened?.type !== "open" || head === undefined) {
    throw new Defect("a sound record begins with an opening");
  }
  const criteria: string[] = [];
  const remarks = emptyRemarks();
  const fixes: EntryOf<FixBody>[] = [];
  const refusals: EntryOf<CloseRefusedBody>[] = [];
  let closed: EntryOf<ClosedBody> | null = null;
  const remark = (entry: EntryOf<OpenBody | NoteBody>, section: IncidentSection, text: string) =>
    remarks[section].push({ by: entry.by, ts_utc: entry.ts_utc, text });

  for (const { entry } of links) {
    switch (entry.type) {
      case "open":
        criteria.push(...entry.criteria);
        for (const { section, text } of entry.sections) remark(entry, section, text);
        break;
      case "note":
        criteria.push(...entry.criteria);
        remark(entry, entry.section, entry.text);
        break;
      case "fix":
        fixes.push(entry);
        break;
      case "close_refused":
        refusals.push(entry);
        break;
      case "closed":
        closed = entry;
        break;
      default:
        unreachable(entry);
    }
  }
  const status = closed === null ? "open" : "closed";
  const id = opened.incident_id;
  return { id, status, opened, criteria, remarks, fixes, refusals, closed, links, head };
}

function emptyRemarks(): Record<IncidentSection, Remark[]> {
  return { trigger: [], expected: [], actual: [], root_cause: [], proposed_fix: [], note: [] };
}
