import type { FileFacts } from "../../reading/read-chunks.ts";
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
}>;

export type FileBookWriter = FileBook & Readonly<{ add: (name: string, file: ReadFile) => void }>;

export function createFileBook(required: ReadonlySet<OrderArtifact>): FileBookWriter {
  const byName = new Map<string, ReadFile>();
  return {
    byName,
    isRequired: (artifact) => required.has(artifact),
    isRead: (artifact) => byName.has(orderFileNames[artifact]),
    add(name, file): void {
      byName.set(name, file);
    },
  };
}
