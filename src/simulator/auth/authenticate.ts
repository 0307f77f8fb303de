import { isSignedBy, loginPrehash } from "#okx";
import type { VenueEnvironment } from "../accounts/account.ts";
import type { Caller, KeyRing } from "../accounts/key-ring.ts";
import type { HttpRequest } from "../http/message.ts";
import { type Refusal, refused } from "../rest/reply.ts";
import type { SignatureAge } from "./auth-clock.ts";

/** Who may come in, and by which clock. */
export type Gatekeeper = Readonly<{
  keys: KeyRing;
  environment: VenueEnvironment;
  isFresh: SignatureAge;
}>;

export type Admission = Readonly<{ type: "caller"; caller: Caller }> | Refusal;

/** The four headers in OKX's order: the first thing that is wrong is what the client is told. */
export function admitRequest(request: HttpRequest, gate: Gatekeeper): Admission {
  const { headers } = request;
  const apiKey = headerText(headers["ok-access-key"]);
  if (apiKey === "") return refused("50103");
  const passphrase = headerText(headers["ok-access-passphrase"]);
  if (passphrase === "") return refused("50104");
  const signature = headerText(headers["ok-access-sign"]);
  if (signature === "") return refused("50106");
  const timestamp = headerText(headers["ok-access-timestamp"]);
  if (timestamp === "") return refused("50107");

  const signedMs = isoForm.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(signedMs)) return refused("50112");
  if (!gate.isFresh(signedMs)) return refused("50102");

  const isDemo = headerText(headers["x-simulated-trading"]) === "1";
  const prehash = timestamp + request.method + request.path + request.body;
  return admit(gate, { apiKey, passphrase, signature, prehash, isDemo });
}

/** A login of a connection: the same, in the codes of the stream. */
export function admitLogin(
  login: Readonly<{ apiKey: string; passphrase: string; timestamp: string; sign: string }>,
  gate: Gatekeeper,
): Admission {
  const { apiKey, passphrase, timestamp, sign: signature } = login;
  if (!/^\d{10}(\.\d{1,6})?$/.test(timestamp)) return refused("60004");
  if (!gate.isFresh(Math.floor(Number(timestamp) * 1000))) return refused("60006");
  const prehash = loginPrehash(timestamp);
  const isDemo = gate.environment === "demo";
  const admission = admit(gate, { apiKey, passphrase, signature, prehash, isDemo });
  if (admission.type === "caller") return admission;
  return refused(streamCodes[admission.code] ?? admission.code);
}

type Claim = Readonly<{
  apiKey: string;
  passphrase: string;
  signature: string;
  prehash: string;
  isDemo: boolean;
}>;

function admit({ keys, environment }: Gatekeeper, claim: Claim): Admission {
  if (!keyForm.test(claim.apiKey)) return refused("50111");
  const entry = keys.find(claim.apiKey);
  if (entry === null) return refused("50119");
  if (claim.isDemo !== (environment === "demo")) return refused("50101");
  if (!isSame(entry.key.passphrase, claim.passphrase)) return refused("50105");
  if (!isSignedBy(entry.key.secretKey, claim.prehash, claim.signature)) return refused("50113");
  return { type: "caller", caller: entry.caller };
}

/** Walks the whole text, so that time tells nothing of how much of it was right. */
function isSame(expected: string, given: string): boolean {
  let difference = expected.length ^ given.length;
  for (let at = 0; at < expected.length; at += 1) {
    difference |= expected.charCodeAt(at) ^ given.charCodeAt(at % Math.max(given.length, 1));
  }
  return difference === 0;
}

/** A header given twice is no header. */
export function headerText(value: string | readonly string[] | undefined): string {
  return typeof value === "string" ? value : "";
}

const isoForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;
const keyForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const streamCodes: Readonly<Record<string, string>> = {
  "50111": "60005",
  "50119": "60032",
  "50105": "60024",
  "50113": "60007",
};
