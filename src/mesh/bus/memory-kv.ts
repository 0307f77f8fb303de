import { err, type Json, ok, type Result } from "#base";
import { subjectMatches } from "#protocol";
import { type Kv, type KvEntry, kvHistory, type Watch } from "./bus.ts";
import { type BusFault, busFault } from "./bus-fault.ts";
import { checkKey, checkKeyPattern, valueText } from "./keys.ts";

type Kept = Readonly<{ key: string; revision: number; text: string | null }>;

type Watcher = Readonly<{ pattern: string; changed: (entry: KvEntry) => void }>;

/** A bucket needs no more; it is state, not a record. */
const maxKeys = 100_000;

/** A bucket of values in the process. Values are kept as text, so that nobody shares them. */
export function createMemoryKv(): Kv {
  return new MemoryKv();
}

class MemoryKv implements Kv {
  readonly #historyByKey = new Map<string, readonly Kept[]>();
  readonly #watchers = new Set<Watcher>();
  #revision = 0;

  async get(key: string): Promise<Result<KvEntry | null, BusFault>> {
    const checked = checkKey(key);
    if (!checked.ok) return checked;
    const kept = this.#present(key);
    return ok(kept === null ? null : toEntry(kept));
  }

  async put(key: string, value: Json): Promise<Result<number, BusFault>> {
    return this.#put(key, value, null);
  }

  async create(key: string, value: Json): Promise<Result<number, BusFault>> {
    const kept = this.#present(key);
    return this.#put(key, value, kept === null ? null : keyExists(key));
  }

  async update(key: string, value: Json, revision: number): Promise<Result<number, BusFault>> {
    const actual = this.#last(key)?.revision ?? null;
    return this.#put(key, value, actual === revision ? null : revisionConflict(key, revision));
  }

  async delete(key: string): Promise<Result<void, BusFault>> {
    const checked = checkKey(key);
    if (!checked.ok) return checked;
    if (this.#present(key) === null) return ok(undefined);
    const written = this.#write(key, null);
    return written.ok ? ok(undefined) : written;
  }

  async keys(pattern = ">"): Promise<Result<readonly string[], BusFault>> {
    const checked = checkKeyPattern(pattern);
    return checked.ok
      ? ok(
          this.#matching(pattern)
            .map(({ key }) => key)
            .toSorted(),
        )
      : checked;
  }

  async history(key: string): Promise<Result<readonly KvEntry[], BusFault>> {
    const checked = checkKey(key);
    return checked.ok ? ok((this.#historyByKey.get(key) ?? []).map(toEntry)) : checked;
  }

  async watch(pattern: string, changed: Watcher["changed"]): Promise<Result<Watch, BusFault>> {
    const checked = checkKeyPattern(pattern);
    if (!checked.ok) return checked;
    const now = this.#matching(pattern).toSorted((one, other) => one.revision - other.revision);
    for (const kept of now) changed(toEntry(kept));
    const watcher: Watcher = { pattern, changed };
    this.#watchers.add(watcher);
    const stop = async (): Promise<void> => {
      this.#watchers.delete(watcher);
    };
    return ok({ stop });
  }

  #put(key: string, value: Json, refusal: BusFault | null): Result<number, BusFault> {
    const checked = checkKey(key);
    if (!checked.ok) return checked;
    const text = valueText(key, value);
    if (!text.ok) return text;
    return refusal === null ? this.#write(key, text.value) : err(refusal);
  }

  #write(key: string, text: string | null): Result<number, BusFault> {
    const earlier = this.#historyByKey.get(key);
    if (earlier === undefined && this.#historyByKey.size >= maxKeys) {
      return err(busFault("bus_full", `the bucket has ${maxKeys} keys already`, key));
    }
    this.#revision += 1;
    const kept = { key, revision: this.#revision, text };
    this.#historyByKey.set(key, [...(earlier ?? []), kept].slice(-kvHistory));
    for (const watcher of this.#watchers) {
      if (!subjectMatches(watcher.pattern, key)) continue;
      // A turn later, and not to one that has stopped meanwhile.
      queueMicrotask(() => {
        if (this.#watchers.has(watcher)) watcher.changed(toEntry(kept));
      });
    }
    return ok(kept.revision);
  }

  #matching(pattern: string): readonly Kept[] {
    const keys = [...this.#historyByKey.keys()].filter((key) => subjectMatches(pattern, key));
    return keys.flatMap((key) => this.#present(key) ?? []);
  }

  #present(key: string): Kept | null {
    const kept = this.#last(key);
    return kept === null || kept.text === null ? null : kept;
  }

  #last(key: string): Kept | null {
    return this.#historyByKey.get(key)?.at(-1) ?? null;
  }
}

export function keyExists(key: string): BusFault {
  return busFault("bus_key_exists", "the key has a value already", key);
}

export function revisionConflict(key: string, expected: number): BusFault {
  const message = `the key is not at revision ${expected} any more: read it and try again`;
  return busFault("bus_revision_conflict", message, key);
}

function toEntry({ key, revision, text }: Kept): KvEntry {
  if (text === null) return { key, revision, value: null, deleted: true };
  return { key, revision, value: JSON.parse(text) as Json, deleted: false };
}
