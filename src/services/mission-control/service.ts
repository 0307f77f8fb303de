import { z } from "zod";
import { type ConfigSpec, optional, type Service } from "#mesh";
import { type SnapshotKind, snapshotKinds, takeSnapshot } from "#ops";
import { type OpsBatchConfig, opsAddresses, startOpsBatch } from "../ops-batch.ts";

export type MissionControlConfig = OpsBatchConfig & Readonly<{ kind: SnapshotKind }>;

const missionControlConfig: ConfigSpec<MissionControlConfig> = {
  addresses: opsAddresses,
  kind: optional<SnapshotKind>("ASSAY_OPS_SNAPSHOT_KIND", {
    meaning: `which snapshot of the day this is: ${snapshotKinds.join(", ")}`,
    schema: z.enum(snapshotKinds, { message: `expected one of ${snapshotKinds.join(", ")}` }),
    fallback: "manual",
  }),
};

/** Lands one operational snapshot of the whole mesh, and is done. It asks and changes nothing. */
export const missionControl: Service<MissionControlConfig> = {
  name: "mission-control",
  config: missionControlConfig,
  start: async (deps) => startOpsBatch(deps, (inputs) => takeSnapshot(inputs, deps.config.kind)),
};
