import { subjects, switchSchema } from "#protocol";
import type { Bus } from "../bus/bus.ts";
import type { BusEvent } from "../bus/bus-event.ts";
import { type Identity, sourceOf } from "../identity.ts";
import type { Log } from "../log/log.ts";
import type { SwitchFacts, SwitchView } from "../switches/switch-view.ts";
import type { MeshClock } from "../time/mesh-clock.ts";
import type { Timers } from "../time/timers.ts";
import type { StandardMetrics } from "./standard-metrics.ts";

type SwitchWatch = Readonly<{
  identity: Identity;
  switches: SwitchView;
  log: Log;
  standard: StandardMetrics;
  timers: Timers;
  clock: MeshClock;
  bus: Bus;
}>;

/** A change nobody asked about is seen after this long. */
const pollMs = 1_000;

/** Tells of the switch at startup and at every change: in the log, in the metrics, on the bus. */
export function watchSwitches(watch: SwitchWatch): void {
  const { identity, switches, log, standard, timers, clock, bus } = watch;
  let told = 0;

  function tell(event: "switch.read" | "switch.changed", { reading, seen }: SwitchFacts): void {
    const { value, reason, source, read_at } = reading;
    const fields = { value, reason_code: reason, source, read_at, seen };
    if (value === "off") log.info(event, fields);
    else log.warn(event, fields);
    told += 1;
    const announced: BusEvent = {
      schema: "assay.event/1",
      event_id: `${identity.boot_id}:switch:${told}`,
      subject: subjects.safetySwitch,
      event_type: "safety_switch",
      source: sourceOf(identity),
      ts_utc: read_at,
      seq: told,
      correlation_id: null,
      payload: { schema: switchSchema, ...reading },
    };
    // The log has it; whoever must act on the switch reads the switch.
    void bus.publish(announced);
  }

  tell("switch.read", switches.look());
  standard.switchRead(switches.last(), clock.nowMs());
  switches.onChange((facts) => {
    standard.switchChanged();
    tell("switch.changed", facts);
  });
  timers.every(pollMs, () => standard.switchRead(switches.look(), clock.nowMs()));
}
