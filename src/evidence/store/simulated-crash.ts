import type { FileStat } from "./file-system.ts";

/** What a disk writes at once. */
export const sectorBytes = 512;

/** A file or directory of the simulated disk: what programs see and what is on the platter. */
export type Inode = {
  kind: "file" | "directory";
  permissions: number;
  data: Buffer;
  durable: Buffer;
  /** Sectors whose content the platter may not have. */
  dirty: Set<number>;
  entries: Map<string, Inode>;
  durableEntries: Map<string, Inode>;
};

/** One change of names that happens whole or not at all; null takes the name away. */
export type NameChange = readonly Readonly<{
  directory: Inode;
  name: string;
  inode: Inode | null;
}>[];

/** Which unsynced changes survive a power cut. Every one is asked about on its own. */
export type Persistence = Readonly<{
  label: string;
  /** The change of names number `index` of `count`, oldest first. */
  name: (index: number, count: number) => boolean;
  /** The dirty sector number `index` of `count` of a file, in order of offset. */
  sector: (index: number, count: number) => boolean;
  /** Whether a file has the size it was given; the sectors it lacks read as zeroes. */
  size: () => boolean;
}>;

export function newInode(kind: Inode["kind"], permissions: number): Inode {
  return {
    kind,
    permissions,
    data: Buffer.alloc(0),
    durable: Buffer.alloc(0),
    dirty: new Set(),
    entries: new Map(),
    durableEntries: new Map(),
  };
}

export function statOf({ kind, data, permissions }: Inode): FileStat {
  return { kind, size: data.length, permissions, owner: 0 };
}

/** Marks the bytes from..to as not durable. */
export function touch(inode: Inode, from: number, to: number): void {
  const last = Math.floor(Math.max(from, to - 1) / sectorBytes);
  for (let sector = Math.floor(from / sectorBytes); sector <= last; sector++) {
    inode.dirty.add(sector);
  }
}

/** What a sync does: dirty sectors and the size reach the platter, and nothing else. */
export function makeDurable(inode: Inode): void {
  inode.durable = survivingData(inode, { sector: () => true, size: () => true });
  inode.dirty.clear();
}

export function applyDurably(change: NameChange): void {
  for (const { directory, name, inode } of change) {
    if (inode === null) directory.durableEntries.delete(name);
    else directory.durableEntries.set(name, inode);
  }
}

/** The tree that is found after the power cut. The old tree is of no use afterwards. */
export function survivingTree(
  root: Inode,
  pending: readonly NameChange[],
  persistence: Persistence,
): Inode {
  pending.forEach((change, index) => {
    if (persistence.name(index, pending.length)) applyDurably(change);
  });
  return survivor(root, persistence, new Map());
}

function survivor(inode: Inode, persistence: Persistence, done: Map<Inode, Inode>): Inode {
  const known = done.get(inode);
  if (known !== undefined) return known;
  const alive = newInode(inode.kind, inode.permissions);
  done.set(inode, alive);
  alive.data = survivingData(inode, persistence);
  alive.durable = alive.data;
  for (const [name, entry] of inode.durableEntries) {
    alive.entries.set(name, survivor(entry, persistence, done));
  }
  alive.durableEntries = new Map(alive.entries);
  return alive;
}

function survivingData(inode: Inode, keeps: Pick<Persistence, "sector" | "size">): Buffer {
  const { data, durable, dirty } = inode;
  const changed = dirty.size > 0 || data.length !== durable.length;
  const size = changed && keeps.size() ? data.length : durable.length;
  const result = Buffer.alloc(size);
  durable.copy(result, 0, 0, Math.min(size, durable.length));
  const sectors = [...dirty].sort((left, right) => left - right);
  sectors.forEach((sector, index) => {
    if (!keeps.sector(index, sectors.length)) return;
    const from = sector * sectorBytes;
    data.copy(result, from, from, Math.min(from + sectorBytes, size, data.length));
  });
  return result;
}
