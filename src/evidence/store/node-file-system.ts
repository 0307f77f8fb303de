import {
  chmodSync,
  closeSync,
  constants,
  type Dirent,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  type Stats,
  unlinkSync,
  writeSync,
} from "node:fs";
import type { FileKind, FileStat, FileSystem, OpenMode } from "./file-system.ts";

/** The machine's own file system. */
export const nodeFileSystem: FileSystem = {
  open,
  read: (file, target, position) => readSync(file, target, 0, target.length, position),
  write: (file, bytes) => writeSync(file, bytes, 0, bytes.length),
  sync: fdatasyncSync,
  truncate: ftruncateSync,
  stat: (file) => statOf(fstatSync(file)),
  close: closeSync,
  look(path) {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats === undefined ? null : statOf(stats);
  },
  list: (path) =>
    readdirSync(path, { withFileTypes: true })
      .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
      .sort((left, right) => (left.name < right.name ? -1 : 1)),
  rename: renameSync,
  link: linkSync,
  unlink: unlinkSync,
  makeDirectory(path, permissions) {
    mkdirSync(path, { mode: permissions });
  },
  removeDirectory: (path) => rmdirSync(path),
  changeMode: chmodSync,
  syncDirectory(path) {
    const directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
  },
};

/** O_NONBLOCK keeps a FIFO from hanging the open; a regular file does not care. */
const flagsByMode: Readonly<Record<OpenMode, number>> = {
  read: constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  create:
    constants.O_WRONLY |
    constants.O_CREAT |
    constants.O_EXCL |
    constants.O_APPEND |
    constants.O_NOFOLLOW,
  append: constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK,
};

function open(path: string, mode: OpenMode, permissions: number): number {
  const file = openSync(path, flagsByMode[mode], permissions);
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  throw Object.assign(new Error(`not a regular file: ${path}`), { code: "EINVAL", path });
}

function statOf(stats: Stats): FileStat {
  const { size, uid } = stats;
  return { kind: kindOf(stats), size, permissions: stats.mode & 0o777, owner: uid };
}

function kindOf(entry: Dirent | Stats): FileKind {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "directory";
  return entry.isSymbolicLink() ? "symlink" : "other";
}
