import type { RosterName } from "#protocol";
import type { Environment } from "../config/read-config.ts";
import type { LogSink } from "../log/create-log.ts";
import type { MeshClock } from "../time/mesh-clock.ts";

/** What a process of the mesh is told by its main. */
export type MeshOptions = Readonly<{
  /** The directory of the installation. */
  root: string;
  env: Environment;
  product: Readonly<{ version: string; gitCommit: string | null }>;
  /** `ASSAY_...` variables of services that this process does not host: they may be set. */
  knownVariables?: readonly string[];
  /**
   * `roster`: the ports of the roster; `free`: any, for tests; or those that were chosen before,
   * where one service has to be told of another's.
   */
  ports?: "roster" | "free" | ReadonlyMap<RosterName, number>;
  /**
   * What the bus of this process remembers, with one writer; default: `<root>/mesh/bus`. A process
   * beside others on the same root needs one of its own.
   */
  busFolder?: string;
  /** Default: standard error. */
  sink?: LogSink;
  /** Default: the clocks of the machine. */
  clock?: MeshClock;
  /** In [0, 1), for the jitter of restarts; default: Math.random. */
  draw?: () => number;
}>;
