import type { Json } from "#base";
import type { Codec } from "./codec.ts";
import { type Disclosure, disclosureCodec } from "./disclosure.ts";
import { type Heartbeat, heartbeatCodec } from "./heartbeat.ts";
import { type Intent, intentCodec } from "./intent.ts";
import { type OpsStatus, opsStatusCodec } from "./ops-status.ts";
import { type Proposal, proposalCodec } from "./proposal.ts";
import { type Refusal, refusalCodec } from "./refusal.ts";
import type { SubjectKind } from "./subjects.ts";
import { type SwitchEvent, switchCodec } from "./switch-reading.ts";
import { type Tick, tickCodec } from "./tick.ts";

/** The one payload of each subject. */
export type PayloadByKind = Readonly<{
  market_tick: Tick;
  market_heartbeat: Heartbeat;
  proposal: Proposal;
  refusal: Refusal;
  intent: Intent;
  disclosure: Disclosure;
  ops_status: OpsStatus;
  safety_switch: SwitchEvent;
}>;

export const payloadCodecs: Readonly<{ [K in SubjectKind]: Codec<PayloadByKind[K]> }> = {
  market_tick: tickCodec,
  market_heartbeat: heartbeatCodec,
  proposal: proposalCodec,
  refusal: refusalCodec,
  intent: intentCodec,
  disclosure: disclosureCodec,
  ops_status: opsStatusCodec,
  safety_switch: switchCodec,
};

/** What a bus needs of a codec: it carries JSON and does not look into it. */
export type PayloadCodec = Readonly<{
  read: Codec<unknown>["read"];
  write(value: Json): ReturnType<Codec<unknown>["write"]>;
}>;

export function payloadCodec(kind: SubjectKind): PayloadCodec {
  // A codec checks whatever it is given before it writes it, so any JSON may be put to it.
  return payloadCodecs[kind];
}
