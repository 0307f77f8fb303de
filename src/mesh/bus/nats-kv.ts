import { type KV, Kvm, type KvEntry as WireEntry } from "@nats-io/kv";
import { err, type Json, ok, parseJson, type Result } from "#base";
import { type Kv, type KvEntry, kvHistory, type Watch } from "./bus.ts";
import { type BusFault, busFault } from "./bus-fault.ts";
import { checkKey, checkKeyPattern, valueText } from "./keys.ts";
import { keyExists, revisionConflict } from "./memory-kv.ts";
import { apiCodeOf, streamCodes } from "./nats-faults.ts";
import type { NatsLink } from "./nats-link.ts";
import { compare } from "./nats-streams.ts";

const maxBucketBytes: number = 64 << 20;

/** Faults: bus_config_ignored and those of the server. */
export async function openNatsKv(link: NatsLink, bucket: string): Promise<Result<Kv, BusFault>> {
  const name = `assay_${bucket}`;
  const opened = await link.ask(name, async () => {
    const options = { history: kvHistory, max_bytes: maxBucketBytes, replicas: 1 };
    const kv = await new Kvm(link.client).create(name, options);
    return { kv, status: await kv.status() };
  });
  if (!opened.ok) return opened;
  const { kv, status } = opened.value;
  const wanted = { max_msgs_per_subject: kvHistory, max_age: 0 };
  const compared = compare(name, wanted, status.streamInfo.config);
  return compared.ok ? ok(new NatsKv(link, kv)) : compared;
}

class NatsKv implements Kv {
  readonly #link: NatsLink;
  readonly #kv: KV;

  constructor(link: NatsLink, kv: KV) {
    this.#link = link;
    this.#kv = kv;
  }

  async get(key: string): Promise<Result<KvEntry | null, BusFault>> {
    const checked = checkKey(key);
    if (!checked.ok) return checked;
    const found = await this.#link.ask(key, async () => this.#kv.get(key));
    if (!found.ok) return found;
    if (found.value === null || found.value.operation !== "PUT") return ok(null);
    return toEntry(found.value);
  }

  async put(key: string, value: Json): Promise<Result<number, BusFault>> {
    return this.#write(key, value, keyExists(key), async (text) => this.#kv.put(key, text));
  }

  async create(key: string, value: Json): Promise<Result<number, BusFault>> {
    return this.#write(key, value, keyExists(key), async (text) => this.#kv.create(key, text));
  }

  async update(key: string, value: Json, revision: number): Promise<Result<number, BusFault>> {
    const conflict = revisionConflict(key, revision);
    return this.#write(key, value, conflict, async (text) => {
      // The library refuses to ask about revision 0, which no key ever has.
      return revision > 0 ? this.#kv.update(key, text, revision) : null;
    });
  }

  async delete(key: string): Promise<Result<void, BusFault>> {
    const present = await this.get(key);
    if (!present.ok) return present;
    if (present.value === null) return ok(undefined);
    return this.#link.ask(key, async () => this.#kv.delete(key));
  }

  async keys(pattern = ">"): Promise<Result<readonly string[], BusFault>> {
    const checked = checkKeyPattern(pattern);
    if (!checked.ok) return checked;
    return this.#link.ask(pattern, async () => {
      const keys: string[] = [];
      for await (const key of await this.#kv.keys(pattern)) keys.push(key);
      return keys.toSorted();
    });
  }

  async history(key: string): Promise<Result<readonly KvEntry[], BusFault>> {
    const checked = checkKey(key);
    if (!checked.ok) return checked;
    const read = await this.#link.ask(key, async () => {
      const entries: WireEntry[] = [];
      for await (const entry of await this.#kv.history({ key })) entries.push(entry);
      return entries;
    });
    if (!read.ok) return read;
    const entries: KvEntry[] = [];
    for (const each of read.value) {
      const entry = toEntry(each);
      if (!entry.ok) return entry;
      entries.push(entry.value);
    }
    return ok(entries);
  }

  async watch(
    pattern: string,
    changed: (entry: KvEntry) => void,
  ): Promise<Result<Watch, BusFault>> {
    const checked = checkKeyPattern(pattern);
    if (!checked.ok) return checked;
    const opened = await this.#link.ask(pattern, async () => {
      const { streamInfo } = await this.#kv.status();
      return { last: streamInfo.state.last_seq, entries: await this.#kv.watch({ key: pattern }) };
    });
    if (!opened.ok) return opened;
    const { last, entries } = opened.value;
    const follow = async (): Promise<void> => {
      for await (const entry of entries) {
        // The library calls the last of the present values an update, so revisions decide.
        if (entry.revision <= last && entry.operation !== "PUT") continue;
        const read = toEntry(entry);
        if (read.ok) changed(read.value);
        else this.#link.trouble(read.fault);
      }
    };
    const done = follow();
    const stop = async (): Promise<void> => {
      entries.stop();
      await done;
    };
    return ok({ stop });
  }

  async #write(
    key: string,
    value: Json,
    refusal: BusFault,
    act: (text: string) => Promise<number | null>,
  ): Promise<Result<number, BusFault>> {
    const checked = checkKey(key);
    if (!checked.ok) return checked;
    const text = valueText(key, value);
    if (!text.ok) return text;
    const written = await this.#link.ask(key, async () => {
      try {
        return await act(text.value);
      } catch (cause) {
        if (apiCodeOf(cause) === streamCodes.wrongLastSequence) return null;
        throw cause;
      }
    });
    if (!written.ok) return written;
    return written.value === null ? err(refusal) : ok(written.value);
  }
}

function toEntry(entry: WireEntry): Result<KvEntry, BusFault> {
  const { key, revision } = entry;
  if (entry.operation !== "PUT") return ok({ key, revision, value: null, deleted: true });
  const value = parseJson(entry.string());
  if (value.ok) return ok({ key, revision, value: value.value, deleted: false });
  return err(busFault("bus_damaged", `the value is no JSON: ${value.fault.message}`, key));
}
