import type { FileFacts } from "../../reading/read-chunks.ts";
import { createLineFamily, type FamilyRecord, type LineFamily } from "./line-family.ts";
import { type OrderArtifact, orderFileNames } from "./records.ts";

/** A file that was read to its end. */
export type ReadFile = FileFacts & Readonly<{ lines: number | null }>;

/** What the pass found out about the files themselves. */
export type FileBook = Readonly<{
  /** Facts by name for every file read so far. */
  readonly byName: ReadonlyMap<string, ReadFile>;
  /** Whether the contract of this run asks for the artifact. */
  isRequired: (artifact: OrderArtifact) => boolean;
  /** Whether it is there and could be read. */
  isRead: (artifact: OrderArtifact) => boolean;
  /** What the lines of a file have in common; null unless each of them is a record as it should. */
  familyOf: (name: string) => LineFamily | null;
}>;

export type FileBookWriter = FileBook &
  Readonly<{
    add: (name: string, file: ReadFile) => void;
    record: (name: string, record: FamilyRecord) => void;
    problem: (name: string) => void;
  }>;

export function createFileBook(required: ReadonlySet<OrderArtifact>): FileBookWriter {
  const byName = new Map<string, ReadFile>();
  const familyByName = new Map<string, ReturnType<typeof createLineFamily>>();
  const unsound = new Set<string>();
  // Records of a file come one behind the other.
  let current = { name: "", family: createLineFamily() };
  return {
    byName,
    isRequired: (artifact) => required.has(artifact),
    isRead: (artifact) => byName.has(orderFileNames[artifact]),
    familyOf: (name) => (unsound.has(name) ? null : (familyByName.get(name) ?? null)),
    add(name, file): void {
      byName.set(name, file);
    },
    record(name, record): void {
      if (current.name !== name) {
        const family = familyByName.get(name) ?? createLineFamily();
        familyByName.set(name, family);
        current = { name, family };
      }
      current.family.add(record);
    },
    problem: (name) => void unsound.add(name),
  };
}
