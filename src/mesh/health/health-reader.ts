import { type HealthProbe, type HealthVerdict, judgeHealthProbe } from "#protocol";

export type HealthReaderOptions = Readonly<{
  /** MARKETDATA_HEALTH_URL. */
  url: URL;
  maxAgeSeconds: number;
  timeoutMs: number;
  nowMs: () => number;
}>;

/** A consumer's own look at the freshness of market data; nothing of one look is kept. */
export type HealthReader = Readonly<{
  /** Asks, and judges the answer by our own clock. It never throws: no answer is stale. */
  read: (signal?: AbortSignal) => Promise<HealthVerdict>;
}>;

/** A body has about 300 bytes; who sends more is not asked to its end. */
const maxBodyBytes = 16_384;

export function createHealthReader(options: HealthReaderOptions): HealthReader {
  const { url, maxAgeSeconds, timeoutMs, nowMs } = options;
  return {
    async read(signal) {
      const timeout = AbortSignal.timeout(timeoutMs);
      const ends = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
      const probe = await ask(url, ends).catch((): HealthProbe => {
        return { state: timeout.aborted ? "timed_out" : "unreachable" };
      });
      return judgeHealthProbe(probe, nowMs(), { maxAgeMs: maxAgeSeconds * 1000 });
    },
  };
}

/** The signal holds for the body too: a server that trickles it is not waited for. */
async function ask(url: URL, signal: AbortSignal): Promise<HealthProbe> {
  const headers = { accept: "application/json" };
  // Where the promise lies is a setting; a redirect to elsewhere is not the promise.
  const answer = await fetch(url, { signal, headers, redirect: "error" });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBodyBytes) break;
  }
  const text = size > maxBodyBytes ? "" : Buffer.concat(chunks).toString("utf8");
  return { state: "answered", status: answer.status, text };
}
