import type { Approval, ChangeRecord } from "#arming";
import type { Stream } from "#base";
import type { ArmingParty } from "#support";

/** What a forger has: the target's challenge, all public things, and each key but one person's. */
export type Scene = Readonly<{
  party: ArmingParty;
  /** How many people must sign: two, or three. */
  threshold: number;
  /** Counts the attempts of this kind, so that positions are gone through one by one. */
  serial: number;
  chance: Stream;
  /** Bytes of a sound change for a new challenge. */
  change: (edit?: Partial<ChangeRecord>) => Uint8Array;
  /** Sound signatures of as many people as must sign: Ada, Grace by SSH, then Joan. */
  signed: (change: Uint8Array) => readonly Approval[];
}>;

/** What is offered to the target; `after` puts the world right again. */
export type Offer = Readonly<{
  change: Uint8Array;
  approvals: readonly Approval[];
  after?: () => void;
}>;

/** One way to try it. `expected` are the codes that may come of it; null: it is sound. */
export type Forgery = Readonly<{
  kind: string;
  expected: readonly string[] | null;
  make: (scene: Scene) => Offer;
}>;

export function flipped(bytes: Uint8Array, { serial, chance }: Scene): Uint8Array {
  const edited = Uint8Array.from(bytes);
  const at = serial % edited.length;
  // Never the same byte: a change of at least one bit.
  edited[at] = (edited[at] ?? 0) ^ (1 + chance.below(255));
  return edited;
}

/** The approvals with one of them in another form. */
export function replaced(
  approvals: readonly Approval[],
  at: number,
  by: (approval: Approval) => Approval,
): readonly Approval[] {
  return approvals.map((approval, index) => (index === at ? by(approval) : approval));
}
