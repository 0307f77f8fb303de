import type { EventHead } from "../artifacts/moment.ts";
import type { SeasonLine } from "../artifacts/seasons.ts";
import { createColumn } from "../run/column.ts";
import type { Claim, Place, Report } from "./claim.ts";
import { createBarBook, createSegmentBook } from "./event-books.ts";
import type { RecordKind } from "./records.ts";

type EventKind = "season" | "birth" | "death" | "survivor" | "ledger" | "collapse_event";

const eventKinds: readonly EventKind[] = [
  "season",
  "birth",
  "death",
  "survivor",
  "ledger",
  "collapse_event",
];

/** Bounds within which seq and tick share one float64: 2^26 events, 2^27 ticks. */
const maxSeq = 67_108_864;
const maxTick = 134_217_728;

/**
 * The event files are one stream, told apart by kind: their `seq` are 0, 1, 2 ... without gap or
 * repetition, time never runs backwards along them, and a bar has one time.
 */
export const eventOrder: Claim<EventKind> = {
  id: "event_order",
  clause: "docs/contracts/run-directory.md#c1-event-order",
  reads: eventKinds,
  start(run, report) {
    const seasons = createSeasonBook(report);
    const segments = createSegmentBook(report);
    const bars = createBarBook(run.manifest.window, report);
    const keys = createColumn();
    const files: Partial<Record<RecordKind, FileOrder>> = {};

    function event(kind: EventKind, head: EventHead, line: number): void {
      report.count();
      const place: Place = { kind, line };
      if (head.seq >= maxSeq || head.tick >= maxTick) {
        report.finding("event_out_of_range", place, `seq ${head.seq}, tick ${head.tick}`);
        return;
      }
      keys.push(head.seq * maxTick + head.tick);
      files[kind] ??= createFileOrder(report);
      files[kind].check(head, place);
      seasons.check(head, place);
      segments.check(head, place);
      bars.check(head, place);
    }

    return {
      on: {
        season(record, line): void {
          seasons.open(record, { kind: "season", line });
          event("season", record, line);
        },
        collapse_event(record, line): void {
          if (record.event === "reboot") segments.reboot(record.seq);
          event("collapse_event", record, line);
        },
        birth: (record, line) => event("birth", record, line),
        death: (record, line) => event("death", record, line),
        survivor: (record, line) => event("survivor", record, line),
        ledger: (record, line) => event("ledger", record, line),
      },
      end(): void {
        segments.end();
        checkStream(keys.values(), report);
      },
    };
  },
};

/** Over all files: a dense sequence whose ticks never fall. */
function checkStream(keys: Float64Array, report: Report): void {
  keys.sort();
  let tick = 0;
  for (const [index, key] of keys.entries()) {
    const seq = Math.floor(key / maxTick);
    if (seq !== index) {
      const what = seq < index ? `seq ${seq} is there twice` : `no event has seq ${index}`;
      report.finding("event_seq_broken", { kind: "ledger" }, what);
      return;
    }
    if (key % maxTick < tick) {
      report.finding("event_time_backwards", { kind: "ledger" }, `at seq ${seq}`);
    }
    tick = key % maxTick;
  }
}

type FileOrder = Readonly<{ check: (head: EventHead, place: Place) => void }>;

/** Inside one file: later lines are later in every sense. */
function createFileOrder(report: Report): FileOrder {
  let last: EventHead | null = null;
  return {
    check(head, place): void {
      const before = last;
      last = head;
      if (before === null) return;
      if (head.seq <= before.seq) {
        report.finding("event_seq_broken", place, `seq ${head.seq} after ${before.seq}`);
      }
      if (head.season < before.season || head.segment < before.segment) {
        const detail = "season or segment falls";
        report.finding("event_time_backwards", place, detail);
      }
      if (head.tick < before.tick || isEarlier(head, before)) {
        report.finding("event_time_backwards", place, `tick ${head.tick}, ${head.ts_utc}`);
      }
    },
  };
}

/** Market time may jump between seasons only; texts of one form compare as times. */
function isEarlier(head: EventHead, before: EventHead): boolean {
  if (head.season !== before.season) return false;
  if (head.bar_index === before.bar_index) return head.ts_utc !== before.ts_utc;
  return head.bar_index < before.bar_index || head.ts_utc <= before.ts_utc;
}

type SeasonBook = Readonly<{
  open: (record: SeasonLine, place: Place) => void;
  check: (head: EventHead, place: Place) => void;
}>;

/** Seasons come in pairs; within one, bar and tick move together. */
function createSeasonBook(report: Report): SeasonBook {
  const starts: SeasonLine[] = [];
  let open: SeasonLine | null = null;
  return {
    open(record, place): void {
      const expected = open === null ? "start" : "end";
      if (record.edge !== expected) {
        report.finding("season_not_paired", place, `expected the ${expected} of a season`);
      }
      if (record.edge === "start") {
        if (record.season !== starts.length) {
          report.finding("season_not_paired", place, `expected season ${starts.length}`);
        }
        starts.push(record);
        open = record;
        return;
      }
      if (
        open !== null &&
        (open.season !== record.season ||
          open.start_index !== record.start_index ||
          open.bars !== record.bars)
      ) {
        report.finding("season_not_paired", place, "its end tells of another season");
      }
      open = null;
    },
    check(head, place): void {
      const start = starts[head.season];
      if (start === undefined) {
        report.finding("event_outside_seasons", place, `season ${head.season} was never opened`);
        return;
      }
      // A season opens before its first bar is lived, so its first tick stands on bar one.
      const lived = head.tick - start.tick;
      const bar = start.start_index + Math.max(lived - 1, 0);
      if (lived < 0 || lived > start.bars || head.bar_index !== bar) {
        const detail = `tick ${head.tick} of season ${head.season} is not bar ${head.bar_index}`;
        report.finding("event_outside_seasons", { ...place, field: "bar_index" }, detail);
      }
    },
  };
}
