import type { LogLine } from "./up-log.ts";

/** Picks the lines of a log that somebody at the screen wants to see, each as one sentence. */
export function createEventTeller(tell: (text: string) => void): (line: LogLine) => void {
  const started = new Set<string>();
  let switchSaid = "";
  return (line) => {
    const { event = "", service = "", agent = service } = line;
    switch (event) {
      case "switch.read":
      case "switch.changed": {
        // Every service reads the same switch, and each of them says so.
        const said = switchText(line);
        if (said === switchSaid) return;
        switchSaid = said;
        return tell(said);
      }
      case "halt.read":
      case "halt.changed":
        return tell(haltText(line));
      case "service.started":
        if (started.has(service)) tell(`${service} is up again at ${line["url"] ?? "?"}`);
        started.add(service);
        return;
      case "mesh.restarting":
      case "mesh.crash_loop":
        return tell(restartText(event, agent, line));
      case "mesh.service_ended":
        if (line["outcome"] !== "failed") return;
        return tell(`${agent} has ended and is not started again: ${whyOf(line)}`);
      case "strategy.died":
        return tell(
          `${line["strategy"] ?? "a strategy"} died: ${whyOf(line)}; it is started again`,
        );
      case "service.drain_timed_out":
        return tell(`${service} did not drain in time`);
      case "mesh.log_unwritable":
        return tell(`the log cannot be written any more: ${line["msg"] ?? ""}`);
      default:
        // Whatever else is an error has its words in the log, under this name.
        if (line["level"] === "error") tell(`${service}: ${event}, see the log`);
    }
  };
}

function switchText({ value, reason_code, source }: LogLine): string {
  const where = source === undefined ? "" : `, ${source}`;
  return `kill switch: ${value ?? "unknown"} (${reason_code ?? "no reason"}${where})`;
}

function haltText({ stop = "stop_unknown", stop_file, latch, latch_by }: LogLine): string {
  const place = stop === "stop_absent" ? "" : ` (${stop_file ?? "?"})`;
  const by = latch_by === undefined ? "" : ` by ${latch_by}`;
  return `STOP: ${stop.slice("stop_".length)}${place}; halt: ${latch ?? "unknown"}${by}`;
}

function restartText(event: string, agent: string, line: LogLine): string {
  const seconds = (Number(line["wait_ms"] ?? 0) / 1000).toFixed(1);
  const loop = event === "mesh.crash_loop" ? `, for the ${line["failures"] ?? "?"}th time` : "";
  return `${agent} failed${loop}: ${whyOf(line)}; started again in ${seconds} s`;
}

function whyOf({ msg = "no words", reason_code }: LogLine): string {
  return reason_code === undefined ? msg : `${msg} [${reason_code}]`;
}
