import { performance } from "node:perf_hooks";
import type { LogLevel } from "../config/mesh-config.ts";
import type { Identity } from "../identity.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { SwitchFacts } from "../switches/switch-view.ts";

/** What every service counts. */
export type StandardMetrics = Readonly<{
  logged: (level: LogLevel) => void;
  switchRead: (facts: SwitchFacts, atMs: number) => void;
  switchChanged: () => void;
  ready: (ready: boolean) => void;
  /** Brings what is read from the process up to date, before it is scraped. */
  refresh: () => void;
}>;

/** Timestamps rather than ages: those of a process that hangs go on ageing. */
export function createStandardMetrics(
  metrics: Metrics,
  identity: Identity,
  startedMs: number,
): StandardMetrics {
  describe(metrics, identity, startedMs);
  const lines = metrics.counter({
    name: "assay_log_lines_total",
    help: "Log lines by level.",
    labels: ["level"],
  });
  const halted = metrics.gauge({
    name: "assay_switch_halted",
    help: "1 unless the kill switch, the latch and STOP all let orders leave.",
  });
  const readAt = metrics.gauge({
    name: "assay_switch_read_timestamp_seconds",
    help: "When the kill switch was last read.",
  });
  const changes = metrics.counter({
    name: "assay_switch_changes_total",
    help: "Changes of the kill switch's value, reason or source.",
  });
  const readiness = metrics.gauge({ name: "assay_ready", help: "1 while work may be sent here." });
  const refresh = createProcessMetrics(metrics);
  return {
    logged: (level) => lines.add({ level }),
    switchRead({ reading }, atMs) {
      halted.set({}, reading.value === "off" ? 0 : 1);
      readAt.set({}, atMs / 1000);
    },
    switchChanged: () => changes.add({}),
    ready: (ready) => readiness.set({}, ready ? 1 : 0),
    refresh,
  };
}

function describe(metrics: Metrics, identity: Identity, startedMs: number): void {
  const info = metrics.gauge({
    name: "assay_service_info",
    help: "Always 1; the labels tell which service and version answers.",
    labels: ["service", "version", "git_commit"],
  });
  const { agent_name: service, version, git_commit } = identity;
  info.set({ service, version, git_commit: git_commit ?? "unknown" }, 1);
  const started = metrics.gauge({
    name: "assay_service_start_timestamp_seconds",
    help: "When this start of the service began.",
  });
  started.set({}, startedMs / 1000);
}

function createProcessMetrics(metrics: Metrics): () => void {
  const memory = metrics.gauge({
    name: "assay_process_resident_memory_bytes",
    help: "Memory of the whole process, shared by the services in it.",
  });
  const cpu = metrics.counter({
    name: "assay_process_cpu_seconds_total",
    help: "Processor time of the whole process, shared by the services in it.",
  });
  const busy = metrics.gauge({
    name: "assay_event_loop_utilization_ratio",
    help: "Share of the time since the last scrape in which the event loop was busy.",
  });
  let cpuSeconds = 0;
  let loop = performance.eventLoopUtilization();
  return () => {
    memory.set({}, process.memoryUsage.rss());
    const { user, system } = process.cpuUsage();
    const seconds = (user + system) / 1_000_000;
    cpu.add({}, Math.max(0, seconds - cpuSeconds));
    cpuSeconds = seconds;
    const now = performance.eventLoopUtilization();
    busy.set({}, performance.eventLoopUtilization(now, loop).utilization);
    loop = now;
  };
}
