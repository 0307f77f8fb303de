import { rmSync } from "node:fs";
import type { FileSystem } from "../store/file-system.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { machineProcesses, type Processes } from "../store/process-identity.ts";

/** What incidents are written with; tests bring a disk that loses what was not synced. */
export type IncidentHost = Readonly<{
  fs: FileSystem;
  processes: Processes;
  /** Removes a folder that never became an incident. */
  discard: (folder: string) => void;
}>;

export function incidentHost(): IncidentHost {
  return {
    fs: nodeFileSystem,
    processes: machineProcesses(),
    discard: (folder) => rmSync(folder, { recursive: true, force: true }),
  };
}
