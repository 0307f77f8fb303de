import { hash } from "node:crypto";
import { Defect } from "#base";

/** `a000001`: six digits at least, so that texts sort as numbers in any run of ordinary size. */
export function agentIdText(agent: number): string {
  return agent < 1_000_000 ? `a${String(agent).padStart(6, "0")}` : `a${agent}`;
}

/** The number behind an agent id that passed its schema. */
export function agentNumber(text: string): number {
  let number = 0;
  for (let at = 1; at < text.length; at += 1) number = number * 10 + text.charCodeAt(at) - 0x30;
  return number;
}

/** First 16 hex of sha256(run_id + ":" + agent_id): the same agent number differs between runs. */
export function agentIdHash(runId: string, agentId: string): string {
  return hash("sha256", `${runId}:${agentId}`, "hex").slice(0, 16);
}

/** An agent as every file names it. */
export type AgentName = Readonly<{ id: string; hash: string }>;

export function agentName(runId: string, agent: number): AgentName {
  const id = agentIdText(agent);
  return { id, hash: agentIdHash(runId, id) };
}

/** The anchors of one genome: what a record may say instead of the weights. */
export type GenomeAnchor = Readonly<{ gene_id: string; weights_sha256: string }>;

/** The weights as well, as canonical base64 of float32 little-endian. */
export type AnchoredGenome = GenomeAnchor & Readonly<{ base64: string }>;

export type GenomeAnchorer = Readonly<{
  fromFloats: (weights: Float32Array) => AnchoredGenome;
  /** The same anchors over raw little-endian bytes. */
  fromBytes: (bytes: Uint8Array) => GenomeAnchor;
}>;

/**
 * Anchors genomes of one schema: weights_sha256 over the raw bytes, gene_id over schema version,
 * newline and bytes. The buffer is reused, so that a birth costs two hashes and one text.
 */
export function createGenomeAnchorer(schemaVersion: string, weightsCount: number): GenomeAnchorer {
  assertLittleEndian();
  const label = Buffer.from(`${schemaVersion}\n`, "utf8");
  const start = label.length;
  const room = Buffer.alloc(start + weightsCount * 4);
  label.copy(room);
  const body = room.subarray(start);

  function fromBytes(bytes: Uint8Array): GenomeAnchor {
    if (bytes.byteLength !== body.length) {
      throw new Defect(`a genome of ${schemaVersion} has ${weightsCount} weights`);
    }
    body.set(bytes);
    return {
      gene_id: hash("sha256", room, "hex").slice(0, 16),
      weights_sha256: hash("sha256", body, "hex"),
    };
  }

  return {
    fromBytes,
    fromFloats(weights): AnchoredGenome {
      const { buffer, byteOffset, byteLength } = weights;
      const anchor = fromBytes(new Uint8Array(buffer, byteOffset, byteLength));
      return { ...anchor, base64: body.toString("base64") };
    },
  };
}

/** Float32Array shows the byte order of the machine; recorded weights are little-endian. */
function assertLittleEndian(): void {
  const first = new Uint8Array(new Uint16Array([1]).buffer)[0];
  if (first !== 1) throw new Defect("this machine is big-endian; weights would be misread");
}
