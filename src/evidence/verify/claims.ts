import { capitalConservation } from "./capital-conservation.ts";
import type { Claim } from "./claim.ts";
import { eventOrder } from "./event-order.ts";
import { fenceTelemetry } from "./fence-telemetry.ts";
import { genomeAnchors } from "./genome-anchors.ts";
import { genomeMatrix } from "./genome-matrix.ts";
import { lifeRecords } from "./life-records.ts";
import { lineage } from "./lineage.ts";
import { manifestIdentity } from "./manifest-identity.ts";
import { numericalHealth } from "./numerical-health.ts";
import { populationBalance } from "./population-balance.ts";
import { rosterJoin } from "./roster-join.ts";
import { summaryFigures } from "./summary-figures.ts";
import { survivalKpi } from "./survival-kpi.ts";

/** The claims that a tier-1 offline run makes about its records, in the order they are reported. */
export const recordClaims: readonly Claim[] = [
  manifestIdentity,
  eventOrder,
  rosterJoin,
  genomeAnchors,
  lineage,
  populationBalance,
  capitalConservation,
  lifeRecords,
  numericalHealth,
  survivalKpi,
  fenceTelemetry,
  summaryFigures,
  genomeMatrix,
];
