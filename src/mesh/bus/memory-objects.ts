import { createHash } from "node:crypto";
import { err, ok, type Result } from "#base";
import { maxObjectBytes, type ObjectInfo, type Objects } from "./bus.ts";
import { type BusFault, busFault } from "./bus-fault.ts";
import { checkObjectName } from "./subject.ts";

/** All objects of a bucket in the process together. */
const maxBucketBytes: number = 256 << 20;

/** A bucket of byte strings in the process. */
export function createMemoryObjects(): Objects {
  const keptByName = new Map<string, Readonly<{ info: ObjectInfo; bytes: Uint8Array }>>();
  let held = 0;
  let isSealed = false;

  return {
    async put(name, bytes) {
      const checked = checkObject(name, bytes);
      if (!checked.ok) return checked;
      if (isSealed) return err(sealedFault(name));
      const replaced = keptByName.get(name)?.info.size ?? 0;
      if (held - replaced + bytes.length > maxBucketBytes) {
        return err(busFault("bus_full", `the bucket would pass ${maxBucketBytes} bytes`, name));
      }
      held += bytes.length - replaced;
      const info = { name, size: bytes.length, sha256: sha256Hex(bytes) };
      keptByName.set(name, { info, bytes: bytes.slice() });
      return ok(info);
    },
    async get(name) {
      const checked = checkObjectName(name);
      return checked.ok ? ok(keptByName.get(name)?.bytes.slice() ?? null) : checked;
    },
    async info(name) {
      const checked = checkObjectName(name);
      return checked.ok ? ok(keptByName.get(name)?.info ?? null) : checked;
    },
    async list() {
      const infos = [...keptByName.values()].map(({ info }) => info);
      return ok(infos.toSorted((one, other) => (one.name < other.name ? -1 : 1)));
    },
    async seal() {
      isSealed = true;
      return ok(undefined);
    },
    sealed: async () => ok(isSealed),
  };
}

/** Faults: bus_name_invalid, bus_too_large. */
export function checkObject(name: string, bytes: Uint8Array): Result<void, BusFault> {
  const checked = checkObjectName(name);
  if (!checked.ok) return checked;
  if (bytes.length <= maxObjectBytes) return ok(undefined);
  const message = `an object of ${bytes.length} bytes, more than ${maxObjectBytes}`;
  return err(busFault("bus_too_large", message, name));
}

export function sealedFault(name: string): BusFault {
  return busFault("bus_sealed", "the bucket is sealed: nothing in it changes any more", name);
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
