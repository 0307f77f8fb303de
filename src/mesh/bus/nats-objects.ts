import { StorageType } from "@nats-io/jetstream";
import { type ObjectStore, Objm, type ObjectInfo as WireInfo } from "@nats-io/obj";
import { bytesToHex, err, ok, type Result } from "#base";
import type { ObjectInfo, Objects } from "./bus.ts";
import { type BusFault, busFault } from "./bus-fault.ts";
import { checkObject, sealedFault, sha256Hex } from "./memory-objects.ts";
import type { NatsLink } from "./nats-link.ts";
import { checkObjectName } from "./subject.ts";

const maxBucketBytes: number = 256 << 20;

/** Faults: those of the server. */
export async function openNatsObjects(
  link: NatsLink,
  bucket: string,
): Promise<Result<Objects, BusFault>> {
  const name = `assay_${bucket}`;
  const opened = await link.ask(name, async () => {
    const manager = new Objm(link.client);
    for await (const status of manager.list()) {
      // A sealed bucket cannot be made again, only opened.
      if (status.bucket === name) return manager.open(name);
    }
    const options = { storage: StorageType.File, replicas: 1, max_bytes: maxBucketBytes };
    return manager.create(name, options);
  });
  return opened.ok ? ok(new NatsObjects(link, opened.value)) : opened;
}

class NatsObjects implements Objects {
  readonly #link: NatsLink;
  readonly #store: ObjectStore;

  constructor(link: NatsLink, store: ObjectStore) {
    this.#link = link;
    this.#store = store;
  }

  async put(name: string, bytes: Uint8Array): Promise<Result<ObjectInfo, BusFault>> {
    const checked = checkObject(name, bytes);
    if (!checked.ok) return checked;
    const isSealed = await this.sealed();
    if (!isSealed.ok) return isSealed;
    if (isSealed.value) return err(sealedFault(name));
    const put = await this.#link.ask(name, async () => this.#store.putBlob({ name }, bytes));
    if (!put.ok) return put;
    const info = toInfo(put.value);
    if (info.sha256 === sha256Hex(bytes)) return ok(info);
    return err(busFault("bus_damaged", "the server keeps other bytes than it was given", name));
  }

  async get(name: string): Promise<Result<Uint8Array | null, BusFault>> {
    const info = await this.info(name);
    if (!info.ok) return info;
    if (info.value === null) return ok(null);
    const { sha256 } = info.value;
    const bytes = await this.#link.ask(name, async () => this.#store.getBlob(name));
    if (!bytes.ok || bytes.value === null) return bytes;
    if (sha256Hex(bytes.value) === sha256) return bytes;
    return err(busFault("bus_damaged", "the bytes are not those of the recorded digest", name));
  }

  async info(name: string): Promise<Result<ObjectInfo | null, BusFault>> {
    const checked = checkObjectName(name);
    if (!checked.ok) return checked;
    const info = await this.#link.ask(name, async () => this.#store.info(name));
    if (!info.ok) return info;
    return ok(info.value === null || info.value.deleted ? null : toInfo(info.value));
  }

  async list(): Promise<Result<readonly ObjectInfo[], BusFault>> {
    const listed = await this.#link.ask("objects", async () => this.#store.list());
    if (!listed.ok) return listed;
    const infos = listed.value.filter(({ deleted }) => !deleted).map(toInfo);
    return ok(infos.toSorted((one, other) => (one.name < other.name ? -1 : 1)));
  }

  async seal(): Promise<Result<void, BusFault>> {
    const isSealed = await this.sealed();
    if (!isSealed.ok) return isSealed;
    if (isSealed.value) return ok(undefined);
    const sealed = await this.#link.ask("objects", async () => this.#store.seal());
    return sealed.ok ? ok(undefined) : sealed;
  }

  async sealed(): Promise<Result<boolean, BusFault>> {
    const status = await this.#link.ask("objects", async () => this.#store.status());
    return status.ok ? ok(status.value.sealed) : status;
  }
}

/** The digest travels as `SHA-256=` and URL-safe base64. */
function toInfo({ name, size, digest }: WireInfo): ObjectInfo {
  const sha256 = bytesToHex(Buffer.from(digest.replace(/^SHA-256=/, ""), "base64url"));
  return { name, size, sha256 };
}
