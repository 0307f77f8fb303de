import { millisFromIso } from "#base";
import type { EventHead } from "../artifacts/moment.ts";
import type { RunWindow } from "../artifacts/run-manifest.ts";
import type { Place, Report } from "./claim.ts";

/** Which segment an event belongs to: as many reboots as came before it. */
export type SegmentBook = Readonly<{
  reboot: (seq: number) => void;
  check: (head: EventHead, place: Place) => void;
  /** Seasons are read before reboots, so theirs are checked here. */
  end: () => void;
}>;

export function createSegmentBook(report: Report): SegmentBook {
  const reboots: number[] = [];
  const waiting: Readonly<{ head: EventHead; place: Place }>[] = [];

  function judge(head: EventHead, place: Place): void {
    let segment = 0;
    for (const seq of reboots) if (seq <= head.seq) segment += 1;
    if (segment === head.segment) return;
    const detail = `segment ${head.segment} after ${segment} reboots`;
    report.finding("event_segment_wrong", { ...place, field: "segment" }, detail);
  }

  return {
    reboot(seq): void {
      reboots.push(seq);
    },
    check(head, place): void {
      if (place.kind === "season") waiting.push({ head, place });
      else judge(head, place);
    },
    end(): void {
      for (const { head, place } of waiting) judge(head, place);
    },
  };
}

/** A bar of the dataset has one opening time, and every bar lived lies in the window. */
export type BarBook = Readonly<{ check: (head: EventHead, place: Place) => void }>;

export function createBarBook(window: RunWindow, report: Report): BarBook {
  const first = window.start_index;
  const last = first + window.len - 1;
  const millisByBar = new Map([
    [first, millisOf(window.start_utc)],
    [last, millisOf(window.end_utc)],
  ]);
  let known = { bar: -1, text: "" };
  return {
    check({ bar_index: bar, ts_utc: text }, place): void {
      if (bar === known.bar && text === known.text) return;
      known = { bar, text };
      if (bar < first || bar > last) {
        const detail = `bar ${bar} is outside the window`;
        report.finding("event_outside_window", { ...place, field: "bar_index" }, detail);
        return;
      }
      const millis = millisOf(text);
      const due = millisByBar.get(bar) ?? millis;
      millisByBar.set(bar, due);
      if (millis === due) return;
      const detail = `bar ${bar} opened at another time elsewhere`;
      report.finding("event_time_differs", { ...place, field: "ts_utc" }, detail);
    },
  };
}

/** millisOf that remembers the last text: many records share one time. */
export function createMillisReader(): (text: string) => number {
  let known = { text: "", millis: Number.NaN };
  return (text) => {
    if (text !== known.text) known = { text, millis: millisOf(text) };
    return known.millis;
  };
}

/** NaN for a day that does not exist, which equals nothing. */
function millisOf(text: string): number {
  const millis = millisFromIso(text);
  return millis.ok ? millis.value : Number.NaN;
}
