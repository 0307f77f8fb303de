/**
 * The only way in which this layer reaches a process: it reads. There is no method to choose, so
 * that nothing here can flip, scale or place anything (roster: mission-control.never,
 * reporting-agent.never).
 */
export type Get = (url: string) => Promise<Answer>;

export type Answer =
  | Readonly<{ state: "answered"; status: number; text: string }>
  | Readonly<{ state: "timed_out" }>
  /** Nobody listens, the name does not resolve, or the connection broke. */
  | Readonly<{ state: "unreachable" }>
  /** More bytes than an answer of ours ever has. */
  | Readonly<{ state: "too_large" }>;

export type GetLimits = Readonly<{ timeoutMs: number; maxBytes: number }>;

/** Poll timeout of the roster, and far more than any answer of the mesh. */
const getLimits: GetLimits = { timeoutMs: 1500, maxBytes: 1 << 20 };

export function createGet(limits: GetLimits = getLimits): Get {
  return async (url) => {
    const signal = AbortSignal.timeout(limits.timeoutMs);
    try {
      // A redirect could lead to another machine: what answers here answers itself.
      const response = await fetch(url, { signal, redirect: "manual" });
      const text = await readBounded(response, limits.maxBytes);
      if (text === null) return { state: "too_large" };
      return { state: "answered", status: response.status, text };
    } catch {
      return { state: signal.aborted ? "timed_out" : "unreachable" };
    }
  };
}

async function readBounded(response: Response, maxBytes: number): Promise<string | null> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
