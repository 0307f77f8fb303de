import { readFileSync } from "node:fs";
import { err, type Fault, type Json, ok, type Result } from "#base";
import {
  createEnding,
  type RunningService,
  type Service,
  type ServiceDeps,
  type ServiceFacts,
} from "#mesh";
import { type ResearchConfig, researchConfig } from "./config.ts";
import { requestText, runExperiment } from "./experiment.ts";
import type { ExperimentReport } from "./report.ts";
import { openRequests, type RequestQueue } from "./requests.ts";

/**
 * Runs offline experiments, one at a time, from a file or from requests over the bus. It reads
 * recorded markets and lands evidence; it knows no venue, proposes nothing and promotes nothing.
 */
export const researchRunner: Service<ResearchConfig> = {
  name: "research-runner",
  config: researchConfig,
  start: startResearchRunner,
};

type Deps = ServiceDeps<ResearchConfig>;

/** What it is doing, for `/ops/status`. */
type Desk = { lastBeatMs: number; trouble: string | null };

const progressMs = 5000;

async function startResearchRunner(
  deps: Deps,
  signal: AbortSignal,
): Promise<Result<RunningService, Fault>> {
  const { config, clock, timers } = deps;
  const desk: Desk = { lastBeatMs: clock.nowMs(), trouble: null };
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const ending = createEnding();
  const work = await workOf(deps, desk, until);
  if (!work.ok) return work;
  timers.every(15_000, () => {
    desk.lastBeatMs = clock.nowMs();
  });
  const done = work.value().then(
    (end) => ending.end(end),
    (cause: unknown) => {
      const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      ending.end({ outcome: "failed", fault: { code: "research_crashed", message } });
    },
  );
  return ok({
    readiness: () => ({
      ready: config.experiment === null,
      checks: { requests: config.experiment === null ? "ok" : "job" },
    }),
    opsFacts: () => factsOf(desk),
    async stop(): Promise<void> {
      over.abort();
      await done;
    },
    ended: ending.ended,
  });
}

type Work = () => Promise<Parameters<ReturnType<typeof createEnding>["end"]>[0]>;

/** The one experiment of a job, or requests until somebody stops it. */
async function workOf(deps: Deps, desk: Desk, until: AbortSignal): Promise<Result<Work, Fault>> {
  const { experiment } = deps.config;
  if (experiment !== null) {
    const text = readRequest(experiment);
    if (!text.ok) return text;
    return ok(async () => runJob(deps, desk, text.value, until));
  }
  const requests = await openRequests(deps.bus);
  if (!requests.ok) return requests;
  return ok(async () => {
    await serveRequests(deps, desk, requests.value, until);
    return { outcome: "stopped" };
  });
}

/** A campaign is a page of settings. */
const maxRequestBytes = 256 << 10;

function readRequest(path: string): Result<string, Fault> {
  try {
    const text = readFileSync(path, "utf8");
    if (Buffer.byteLength(text) <= maxRequestBytes) return ok(text);
    const message = `the experiment is larger than ${maxRequestBytes} bytes`;
    return err({ code: "config_invalid", message, at: path });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    const what = code === "ENOENT" ? "no such file" : code;
    const message = `cannot read the experiment: ${what}`;
    return err({ code: "config_unreadable", message, at: path });
  }
}

async function runJob(deps: Deps, desk: Desk, text: string, until: AbortSignal): ReturnType<Work> {
  const report = await runOne(deps, desk, text, until, () => undefined);
  if (!report.ok) return { outcome: "failed", fault: report.fault };
  const { outcome, reason_code, message } = report.value;
  if (outcome === "done") return { outcome: "done" };
  if (outcome === "stopped" && until.aborted) return { outcome: "stopped" };
  const code = reason_code ?? "experiment_failed";
  return { outcome: "failed", fault: { code, message: message ?? `the experiment ${outcome}` } };
}

async function serveRequests(
  deps: Deps,
  desk: Desk,
  requests: RequestQueue,
  until: AbortSignal,
): Promise<void> {
  for (;;) {
    const request = await requests.next(until);
    if (request === null) break;
    const { name } = request;
    const say = (status: Json): void => {
      void requests.say(name, status).then((said) => {
        desk.trouble = said.ok ? null : "bus_unavailable";
      });
    };
    const signal = AbortSignal.any([until, request.signal]);
    const report = await runOne(deps, desk, requestText(request.value), signal, say);
    const last: Json = report.ok
      ? { state: report.value.outcome, report: report.value }
      : { state: "failed", reason_code: report.fault.code, message: report.fault.message };
    const said = await requests.say(name, last);
    desk.trouble = said.ok ? null : "bus_unavailable";
  }
  await requests.close();
}

/** Runs it with progress in the log and for whoever asked. */
async function runOne(
  { config, root, clock, timers, log }: Deps,
  desk: Desk,
  text: string,
  signal: AbortSignal,
  say: (status: Json) => void,
): Promise<Result<ExperimentReport, Fault>> {
  let cancel = (): void => undefined;
  const { workers, keys } = config;
  const options = { root, workers, keys, nowMs: clock.nowMs };
  const report = await runExperiment(text, options, {
    signal,
    onStart({ campaign_id }, progress) {
      log.info("research.started", { campaign_id });
      const tell = (): void => {
        const { runs_done, runs_total, ticks_done, ticks_total } = progress();
        desk.lastBeatMs = clock.nowMs();
        say({ state: "running", campaign_id, runs_done, runs_total, ticks_done, ticks_total });
        log.info("research.progress", { campaign_id, runs_done, runs_total });
      };
      tell();
      cancel = timers.every(progressMs, tell);
    },
    onRow: (seed, state) => log.info("research.run_settled", { seed, state }),
  });
  cancel();
  if (!report.ok) {
    log.error("research.not_recorded", {
      reason_code: report.fault.code,
      msg: report.fault.message,
    });
    return report;
  }
  const { experiment_id, outcome, reason_code, message } = report.value;
  const reason = reason_code === null ? {} : { reason_code };
  const fields = { experiment_id, state: outcome, ...reason, msg: message ?? outcome };
  if (outcome === "done") log.info("research.ended", fields);
  else log.warn("research.ended", fields);
  return report;
}

function factsOf({ lastBeatMs, trouble }: Desk): ServiceFacts {
  return {
    kind: "ops",
    mode: "OFF",
    missing_fields: [],
    execution_enabled: null,
    // Recorded markets have no hours.
    market: "open",
    marketdata: "none",
    last_tick_ms: null,
    last_bar_ms: null,
    last_heartbeat_ms: lastBeatMs,
    degraded_by: trouble === null ? [] : [trouble],
  };
}
