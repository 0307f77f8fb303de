import { posix } from "node:path";
import { assert } from "#base";
import type { DirectoryEntry, FileStat, FileSystem, OpenMode } from "./file-system.ts";
import {
  applyDurably,
  type Inode,
  makeDurable,
  type NameChange,
  newInode,
  type Persistence,
  statOf,
  survivingTree,
  touch,
} from "./simulated-crash.ts";

/**
 * What happens at changing operation number `at`, the first being 0:
 * - error: it fails with this code. A failed sync also forgets that its pages were dirty, as Linux
 *   does, so that the next sync succeeds and lies; `reread` says what a reader then sees.
 * - short: a write takes only so many bytes.
 * - taken: the power is cut, after a write took so many bytes.
 */
export type PlannedFault = Readonly<
  | { at: number; error: string; reread?: "new" | "old" }
  | { at: number; short: number }
  | { at: number; taken: number }
>;

/** Thrown by everything from the power cut on; no program can handle it. */
export class SimulatedCrash extends Error {
  override readonly name: string = "SimulatedCrash";
}

/**
 * A disk in memory that forgets what was not synced, in every way that real ones have been seen
 * to: by sectors, by sizes without data, by names without files, in any order. For tests only.
 */
export class SimulatedDisk implements FileSystem {
  readonly #root: Inode;
  readonly #faults: readonly PlannedFault[];
  readonly #files = new Map<number, Inode>();
  readonly #writeSizes = new Map<number, number>();
  #opens = 0;
  #pending: NameChange[] = [];
  #operations = 0;
  #crashed = false;
  #capacity = Number.POSITIVE_INFINITY;

  constructor(faults: readonly PlannedFault[] = [], root: Inode = newInode("directory", 0o755)) {
    this.#faults = faults;
    this.#root = root;
  }

  /** How many changing operations there were. */
  get operations(): number {
    return this.#operations;
  }

  /** How many bytes each write was asked to take, by the number of its operation. */
  get writeSizes(): ReadonlyMap<number, number> {
    return this.#writeSizes;
  }

  /** The disk as it comes back when the power is cut now; this one is off. */
  afterCrash(persistence: Persistence, faults: readonly PlannedFault[] = []): SimulatedDisk {
    this.#crashed = true;
    return new SimulatedDisk(faults, survivingTree(this.#root, this.#pending, persistence));
  }

  /** Every file by its path and in its order, as a reader sees it now. */
  contents(): Map<string, string> {
    const found = new Map<string, string>();
    const visit = (directory: Inode, path: string): void => {
      const names = [...directory.entries].sort(([left], [right]) => (left < right ? -1 : 1));
      for (const [name, inode] of names) {
        if (inode.kind === "directory") visit(inode, `${path}/${name}`);
        else found.set(`${path}/${name}`, inode.data.toString("latin1"));
      }
    };
    visit(this.#root, "");
    return found;
  }

  /** From now on the disk holds no more than this. */
  setCapacity(bytes: number): void {
    this.#capacity = bytes;
  }

  /** Replaces a file at rest; null takes it away. No program did this. */
  tamper(path: string, content: Buffer | null): void {
    const name = posix.basename(path);
    const directory = this.#directory(posix.dirname(path));
    if (content === null) directory.entries.delete(name);
    else directory.entries.set(name, { ...newInode("file", 0o444), data: content });
  }

  open = (path: string, mode: OpenMode, permissions: number): number => {
    if (mode === "create") {
      this.#step();
      this.#requireFree(path);
      this.#name([path, newInode("file", permissions)]);
    }
    const inode = this.#need(path);
    if (inode.kind !== "file") throw systemError("EINVAL");
    this.#opens += 1;
    this.#files.set(this.#opens, inode);
    return this.#opens;
  };

  write = (file: number, bytes: Uint8Array): number => {
    this.#writeSizes.set(this.#operations, bytes.length);
    const fault = this.#step();
    const inode = this.#opened(file);
    const room = Math.max(0, this.#capacity - this.#usedBytes());
    if (room === 0 && bytes.length > 0) throw systemError("ENOSPC");
    const short = fault !== null && "short" in fault ? fault.short : bytes.length;
    const cut = fault !== null && "taken" in fault ? fault.taken : short;
    const count = Math.min(cut, bytes.length, room);
    const from = inode.data.length;
    inode.data = Buffer.concat([inode.data, bytes.subarray(0, count)]);
    if (count > 0) touch(inode, from, from + count);
    if (fault !== null && "taken" in fault) this.#crash();
    return count;
  };

  sync = (file: number): void => {
    const fault = this.#step(true);
    const inode = this.#opened(file);
    if (fault !== null && "error" in fault) {
      inode.dirty.clear();
      if (fault.reread === "old") inode.data = Buffer.from(inode.durable);
      throw systemError(fault.error);
    }
    makeDurable(inode);
  };

  read = (file: number, target: Uint8Array, position: number): number => {
    const part = this.#opened(file).data.subarray(position, position + target.length);
    target.set(part);
    return part.length;
  };

  truncate = (file: number, size: number): void => {
    this.#step();
    const inode = this.#opened(file);
    assert(size <= inode.data.length, "the simulated disk only shortens files");
    inode.data = Buffer.from(inode.data.subarray(0, size));
    touch(inode, size, size);
  };

  stat = (file: number): FileStat => statOf(this.#opened(file));

  close = (file: number): void => {
    this.#opened(file);
    this.#files.delete(file);
  };

  look = (path: string): FileStat | null => {
    const inode = this.#find(path);
    return inode === null ? null : statOf(inode);
  };

  list = (path: string): readonly DirectoryEntry[] =>
    [...this.#directory(path).entries]
      .map(([name, { kind }]) => ({ name, kind }))
      .sort((left, right) => (left.name < right.name ? -1 : 1));

  rename = (from: string, to: string): void => {
    this.#step();
    this.#name([to, this.#need(from)], [from, null]);
  };

  link = (from: string, to: string): void => {
    this.#step();
    this.#requireFree(to);
    this.#name([to, this.#need(from)]);
  };

  unlink = (path: string): void => {
    this.#step();
    this.#need(path);
    this.#name([path, null]);
  };

  makeDirectory = (path: string, permissions: number): void => {
    this.#step();
    this.#requireFree(path);
    this.#name([path, newInode("directory", permissions)]);
  };

  removeDirectory = (path: string): void => {
    this.#step();
    if (this.#directory(path).entries.size > 0) throw systemError("ENOTEMPTY");
    this.#name([path, null]);
  };

  changeMode = (path: string, permissions: number): void => {
    this.#step();
    this.#need(path).permissions = permissions;
  };

  syncDirectory = (path: string): void => {
    this.#step();
    const directory = this.#directory(path);
    this.#pending = this.#pending.filter((change) => {
      const concerned = change.some((place) => place.directory === directory);
      if (concerned) applyDurably(change);
      return !concerned;
    });
  };

  /** Counts a changing operation and lets happen what is planned for it. */
  #step(failsItself = false): PlannedFault | null {
    this.#requirePower();
    const fault = this.#faults.find(({ at }) => at === this.#operations) ?? null;
    this.#operations += 1;
    if (fault !== null && "taken" in fault && fault.taken === 0) this.#crash();
    if (fault !== null && "error" in fault && !failsItself) throw systemError(fault.error);
    return fault;
  }

  #crash(): never {
    this.#crashed = true;
    throw new SimulatedCrash("the power was cut");
  }

  #requirePower(): void {
    if (this.#crashed) throw new SimulatedCrash("the machine is off");
  }

  #requireFree(path: string): void {
    if (this.#find(path) !== null) throw systemError("EEXIST");
  }

  #find(path: string): Inode | null {
    this.#requirePower();
    let at = this.#root;
    for (const part of path.split("/")) {
      if (part === "") continue;
      const next = at.entries.get(part);
      if (next === undefined) return null;
      at = next;
    }
    return at;
  }

  #need(path: string): Inode {
    const inode = this.#find(path);
    if (inode === null) throw systemError("ENOENT");
    return inode;
  }

  #directory(path: string): Inode {
    const inode = this.#need(path);
    if (inode.kind !== "directory") throw systemError("ENOTDIR");
    return inode;
  }

  #opened(file: number): Inode {
    this.#requirePower();
    const inode = this.#files.get(file);
    if (inode === undefined) throw systemError("EBADF");
    return inode;
  }

  #name(...changes: readonly (readonly [path: string, inode: Inode | null])[]): void {
    const change = changes.map(([path, inode]) => {
      return { directory: this.#directory(posix.dirname(path)), name: posix.basename(path), inode };
    });
    for (const { directory, name, inode } of change) {
      if (inode === null) directory.entries.delete(name);
      else directory.entries.set(name, inode);
    }
    this.#pending.push(change);
  }

  #usedBytes(): number {
    let bytes = 0;
    for (const content of this.contents().values()) bytes += content.length;
    return bytes;
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`simulated ${code}`), { code });
}
