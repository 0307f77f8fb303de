/**
 * What a key may sign. One key has one purpose, so that nothing signed for one can be shown as
 * signed for another.
 */
export const keyPurposes = [
  /** Checkpoint and statement of one finished run. */
  "run-seal",
  /** Checkpoints of the installation's log of runs. */
  "log",
  /** Checkpoints of gene pools and their snapshots. */
  "pool",
  /** Verdicts of a verifier. */
  "verdict",
  /** One person's consent to a promotion. */
  "approval",
  /** One person's consent to an enabling window, a release of the halt or a change of limits. */
  "change-approval",
  /** Cosignatures of an independent witness. */
  "witness",
] as const;

export type KeyPurpose = (typeof keyPurposes)[number];

export function isKeyPurpose(text: string): text is KeyPurpose {
  return keyPurposes.some((purpose) => purpose === text);
}
