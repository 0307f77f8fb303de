import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { createGet, type Get, sampleAgents } from "#ops";
import type { RosterName } from "#protocol";
import { rootHint } from "./root.ts";
import { agentLineOf, agentTable } from "./status-view.ts";
import type { UpLog } from "./up-log.ts";
import type { UpRun } from "./up-run.ts";

type Urls = ReadonlyMap<RosterName, string>;

export type Readiness = Readonly<{ ready: boolean; tookMs: number }>;

/** Longer than any start of ours; a service that is not ready then is shown as it is. */
const patienceMs = 20_000;

/** Waits until everything is ready and market data is fresh; null when somebody stops it first. */
export async function untilReady({ fromMs, stop }: UpRun, urls: Urls): Promise<Readiness | null> {
  const get = createGet();
  const until = performance.now() + patienceMs;
  for (;;) {
    if (stop.signal.aborted) return null;
    const ready = await isReady(get, urls);
    const nowMs = performance.now();
    if (ready || nowMs > until) return { ready, tookMs: Math.round(nowMs - fromMs) };
    await sleep(100);
  }
}

async function isReady(get: Get, urls: Urls): Promise<boolean> {
  // execution-agent is ready to be asked, and never ready to execute.
  const asked = [...urls].filter(([name]) => name !== "execution-agent");
  const paths = asked.map(([, url]) => `${url}/readyz`);
  const source = urls.get("marketdata-mcp-server");
  if (source !== undefined) paths.push(`${source}/healthz`);
  const answers = await Promise.all(paths.map(get));
  return answers.every((answer) => answer.state === "answered" && answer.status === 200);
}

type Introduction = Readiness & Readonly<{ run: UpRun; urls: Urls; log: UpLog; about: string }>;

/** What runs, where, how it stands, and what to try. */
export async function introduce(all: Introduction): Promise<void> {
  const { run, urls, about, ready, tookMs } = all;
  const { output, plan } = run;
  const samples = await sampleAgents(createGet(), urls, Date.now);
  const shown = samples.filter(({ agent, address }) => {
    return address !== null || agent.agent_name === "execution-agent";
  });
  const agents = shown.map(agentLineOf);
  output.record({ type: "mesh_ready", ready, took_ms: tookMs, root: plan.root, about, agents });
  for (const line of agentTable(agents)) output.line(line);
  const seconds = (tookMs / 1000).toFixed(1);
  output.line("");
  output.line(
    ready
      ? `ready after ${seconds} s, execution OFF; ${about}`
      : `not ready after ${seconds} s, see the table; execution OFF; ${about}`,
  );
  for (const line of hints(all)) output.line(line);
}

function hints({ run, urls, log }: Introduction): readonly string[] {
  const hint = rootHint(run.plan.root);
  const market = urls.get("marketdata-mcp-server");
  const strategies = urls.get("strategy-service");
  return [
    "try:",
    `  assay status${hint}`,
    `  assay ops snapshot${hint}`,
    ...(market === undefined ? [] : [`  curl ${market}/snapshot`]),
    ...(strategies === undefined ? [] : [`  curl ${strategies}/openapi.json`]),
    `log: ${log.path}; Ctrl-C stops everything within 10 s`,
  ];
}
