import { hash } from "node:crypto";

/** `a000001`: names of run-directory.md 2.7. */
export function agentIdText(agent: number): string {
  return `a${String(agent).padStart(6, "0")}`;
}

/** First 16 hex of sha256(run_id + ":" + agent_id). */
export function agentIdHash(runId: string, agentId: string): string {
  return hash16(`${runId}:${agentId}`);
}

/** The first 16 hex of a sha256: an index or a name, never a proof. */
export function hash16(text: string): string {
  return hash("sha256", text, "hex").slice(0, 16);
}

export function sha256Hex(data: string | Uint8Array): string {
  return hash("sha256", data, "hex");
}
