import { err, type Fault, ok, type Result } from "#base";
import { readAccountKeys } from "#execution";
import {
  createRemoteHost,
  createWriteGuard,
  type HaltPlaces,
  haltPlaces,
  haltPosture,
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
  const places = haltPlaces(root, switches);
  if (writes) {
    const allowed = whetherAllowed(places);
    if (!allowed.ok) return allowed;
  }
  const watch = openHaltWatch(places);
  const guard = createWriteGuard(watch, writes);
  const { trader: key } = keys.value;
  const host = createRemoteHost({ restUrl: restUrl.value, key, instId, guard });
  return ok({ host, guard: guard.guard });
}

/** Asked once and without latching, before anything is opened. From then on every look counts. */
function whetherAllowed(places: HaltPlaces): Result<void, Fault> {
  const { verdict, latch } = haltPosture(places);
  if (!verdict.allowed) {
    const where = verdict.source ?? places.file;
    const message = `orders are halted by ${where} (${verdict.reason}); compare without --writes`;
    return err({ code: "execution_halted", message, at: places.file });
  }
  if (latch.state !== "latched") return ok(undefined);
  const message = `orders were halted by ${latch.source} (${latch.reason}); release it first`;
  return err({ code: "execution_halted", message, at: places.latchFile });
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
