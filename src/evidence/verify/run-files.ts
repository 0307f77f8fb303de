import { behaviorsFileName, genomesFileName, runFileNames } from "../run/file-names.ts";
import { type ArtifactName } from "./records.ts";

/** The name of an artifact's file in the directory of this run. */
export function fileNameOf(artifact: ArtifactName, runId: string): string {
  if (artifact === "behaviors") return behaviorsFileName(runId);
  if (artifact === "genomes_matrix") return genomesFileName(runId);
  return runFileNames[artifact];
}
