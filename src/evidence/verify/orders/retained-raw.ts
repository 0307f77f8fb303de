import type { DeletionRecord } from "../../artifacts/orders/deletion-record.ts";

/** What became of the raw samples of this run, as far as the installation's log says. */
export type RetainedRaw = Readonly<{
  /** The deletion that took them; null when none is recorded. */
  deletion: DeletionRecord | null;
  /** Whether a trusted key signed that record; null when no key was given to check with. */
  signed: boolean | null;
}>;

export const nothingDeleted: RetainedRaw = { deletion: null, signed: null };
