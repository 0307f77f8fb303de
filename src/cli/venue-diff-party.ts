import { err, type Fault, ok, type Result } from "#base";
import { readAccountKeys } from "#execution";
import {
  createRemoteHost,
  createWriteGuard,
  haltPlaces,
  openHaltWatch,
  type StageHost,
  type WriteGuard,
} from "#venues";
import { simulatedHost } from "./venue-diff-stage.ts";
import type { Switches } from "./verb.ts";

/** The venues of a comparison, and what stands before their orders. */
export type Party = Readonly<{ host: StageHost; guard: WriteGuard["guard"] }>;

/** Nothing outside this process is reached, so nothing has to be kept from it. */
export function simulatedParty(seed: number): Party {
  return { host: simulatedHost(seed), guard: () => null };
}

export type RemoteParty = Readonly<{
  url: string;
  keys: string;
  writes: boolean;
  instId: string;
  root: string;
  switches: Switches;
}>;

/** Faults: option_malformed, those of the keys. */
export function remoteParty(options: RemoteParty): Result<Party, Fault> {
  const { instId, writes, root, switches } = options;
  const restUrl = readAddress(options.url);
  if (!restUrl.ok) return restUrl;
  const keys = readAccountKeys(options.keys, null);
  if (!keys.ok)
    return err({ ...keys.fault, message: keys.fault.message.replace("--venue-keys", "--keys") });
  const watch = openHaltWatch(haltPlaces(root, switches));
  const guard = createWriteGuard(watch, writes);
  const { trader: key } = keys.value;
  const host = createRemoteHost({ restUrl: restUrl.value, key, instId, guard });
  return ok({ host, guard: guard.guard });
}

const okxAddress = "https://www.okx.com";

function readAddress(text: string): Result<string, Fault> {
  if (text === "okx") return ok(okxAddress);
  const url = URL.parse(text);
  const isPlain = url !== null && url.username === "" && url.password === "" && url.search === "";
  if (isPlain && (url.protocol === "http:" || url.protocol === "https:")) return ok(url.origin);
  const message = `expected an address like http://127.0.0.1:8765, or okx, got "${text}"`;
  return err({ code: "option_malformed", message, at: "--url" });
}
