import { randomUUID } from "node:crypto";
import type { EventSource, RosterName, RuntimeName } from "#protocol";

/** A service of the roster, or a strategy runtime of one. */
export type ServiceName = RosterName | RuntimeName;

/** Who speaks: in every log line, envelope and answer, in the spelling of recorded data. */
export type Identity = Readonly<{
  agent_name: ServiceName;
  /** Of this start, random: two starts of one service are two speakers. */
  boot_id: string;
  version: string;
  /** Null where the product runs without its history, such as in an image. */
  git_commit: string | null;
}>;

/** An identity for one start of a service. */
export function newIdentity(
  name: ServiceName,
  product: Readonly<{ version: string; gitCommit: string | null }>,
): Identity {
  return {
    agent_name: name,
    boot_id: randomUUID(),
    version: product.version,
    git_commit: product.gitCommit,
  };
}

/** The part of an identity that an envelope carries. */
export function sourceOf({ agent_name, boot_id, version }: Identity): EventSource {
  return { agent_name, boot_id, version };
}
