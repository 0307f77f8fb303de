import { err, type Fault, ok, type Result } from "#base";
import { type Addresses, rosterAddresses } from "#ops";
import type { RosterName } from "#protocol";
import { findRosterName } from "./service-product.ts";
import { readUpDocument } from "./up-document.ts";

/**
 * Where agents answer: what `--address` says, else the `assay up` that runs on this root, else the
 * ports of the roster on this machine. Fault: option_unfit.
 */
export function addressesOf(root: string, given: readonly string[]): Result<Addresses, Fault> {
  const running = readUpDocument(root);
  const addresses = new Map<RosterName, string>(running?.urls ?? rosterAddresses());
  // Not hosted there is where it would be: silence at its own port is how it is seen to be off.
  const execution = rosterAddresses().get("execution-agent");
  if (!addresses.has("execution-agent") && execution !== undefined) {
    addresses.set("execution-agent", execution);
  }
  for (const text of given) {
    const [word = "", url = ""] = text.split(/=(.*)/s);
    const name = findRosterName(word);
    if (name === null || !URL.canParse(url) || !/^https?:/.test(url)) {
      const message = `expected NAME=URL with a name of the roster, not ${JSON.stringify(text)}`;
      return err({ code: "option_unfit", message, at: "--address" });
    }
    addresses.set(name, url.replace(/\/$/, ""));
  }
  return ok(addresses);
}
