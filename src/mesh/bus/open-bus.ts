import { err, type Fault, ok, type Result } from "#base";
import type { Bus } from "./bus.ts";
import { busFault } from "./bus-fault.ts";
import { createLetterBox, openLetterBox } from "./letter-box.ts";
import { createMemoryBus } from "./memory-bus.ts";
import type { TellBus } from "./notices.ts";

export type OpenBusOptions = Readonly<{
  /** Shown by the server's own tools. */
  clientName?: string;
  /** Where the bus within the process keeps its dead letters; without it they are in memory. */
  folder?: string;
  tell?: TellBus;
}>;

/**
 * The bus that an installation uses: `ASSAY_BUS_URL`, or null for the one within this process. A
 * fault ends the start: bus_address_invalid is exit 2, any other a dependency or disk, exit 5.
 */
export async function openBus(
  address: string | null,
  { clientName = "assay", folder, tell = (): void => undefined }: OpenBusOptions = {},
): Promise<Result<Bus, Fault>> {
  if (address === null) {
    const box = folder === undefined ? ok(createLetterBox()) : openLetterBox(folder);
    return box.ok ? ok(createMemoryBus({ letterBox: box.value, tell })) : box;
  }
  if (!/^(?:nats|tls):\/\//.test(address)) {
    const message = "the address of the bus begins with nats:// or tls://";
    return err(busFault("bus_address_invalid", message));
  }
  // Loaded for a NATS address only.
  const { openNatsBus } = await import("./nats-bus.ts");
  return openNatsBus({ address, clientName, tell });
}
