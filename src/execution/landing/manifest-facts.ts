import type { AuditScope, OrderManifest } from "#evidence";
import type { Broker } from "#venues";
import type { RawIndexes } from "../audit/raw-evidence.ts";
import type { ChosenGenomes } from "../bootstrap/choose-genomes.ts";
import type { Flattened } from "../flatten/flatten-account.ts";
import type { RunState } from "../loop/run-state.ts";
import type { RunSession } from "../run/open-session.ts";

/** Everything that the manifest says; what is not known yet is null and says why. */
export type ManifestFacts = Readonly<{
  session: RunSession;
  genomes: ChosenGenomes;
  state: RunState | null;
  broker: Broker | null;
  flattened: Flattened | null;
  end: ManifestEnd | null;
}>;

export type ManifestEnd = Readonly<{
  status: "completed" | "interrupted" | "failed";
  detail: string;
  /** Who asked it to stop; null when nobody did. */
  stop: string | null;
  /** When it stopped, where that is not the end of its evidence. */
  stopMs: number | null;
  endMs: number;
  positionsQuality: "exchange_reported" | "unknown";
  scope: AuditScope;
  raw: RawIndexes;
  alignment: Readonly<{ ok: boolean; reportName: string; samplesName: string }>;
  oneShot: NonNullable<OrderManifest["oneshot_closure_proof"]>;
}>;
