/**
 * The file system as the evidence layer uses it: few operations, each of which may fail as the
 * system says (an Error whose `code` is `ENOSPC` and the like). Two implementations keep to it:
 * the real one and a simulated disk that loses and tears what was not synced.
 */
export type FileSystem = Readonly<{
  /** Never follows a link in the last part of the path, never waits for a FIFO. */
  open: (path: string, mode: OpenMode, permissions: number) => number;
  /** Fills the target from this position; how many bytes there were, 0 at the end. */
  read: (file: number, target: Uint8Array, position: number) => number;
  /** Writes at the end; may write less than asked. How many bytes were written. */
  write: (file: number, bytes: Uint8Array) => number;
  /** Returns when content and size are durable. After it failed once, nothing is known. */
  sync: (file: number) => void;
  truncate: (file: number, size: number) => void;
  stat: (file: number) => FileStat;
  close: (file: number) => void;
  /** What is at this path, links not followed; null when nothing is. */
  look: (path: string) => FileStat | null;
  /** Names and kinds in a directory, by name. */
  list: (path: string) => readonly DirectoryEntry[];
  rename: (from: string, to: string) => void;
  /** A second name for a file; fails when that name is taken. */
  link: (from: string, to: string) => void;
  unlink: (path: string) => void;
  makeDirectory: (path: string, permissions: number) => void;
  /** Fails while anything is in it. */
  removeDirectory: (path: string) => void;
  changeMode: (path: string, permissions: number) => void;
  /** Returns when creations, renames and removals in this directory are durable. */
  syncDirectory: (path: string) => void;
}>;

/**
 * - read: a regular file, else EINVAL.
 * - create: for writing, must not exist.
 * - append: for writing at the end, must exist.
 */
export type OpenMode = "read" | "create" | "append";

export type FileKind = "file" | "directory" | "symlink" | "other";

export type FileStat = Readonly<{
  kind: FileKind;
  size: number;
  /** The nine permission bits. */
  permissions: number;
  owner: number;
}>;

export type DirectoryEntry = Readonly<{ name: string; kind: FileKind }>;
