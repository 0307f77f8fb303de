import { existsSync, readFileSync } from "node:fs";
import { err, type Fault, ok, parseJson, type Result } from "#base";
import { type BarFile, type BarStamp, type FlawCode, parseAllow, parseBarColumns } from "#datasets";
import {
  builtinInstruments,
  findInstrument,
  type Instrument,
  parseInstrument,
  parseInterval,
} from "#market";

/** The options that say how a file of bars is to be read. */
export type BarFileOptions = Readonly<{
  instrument?: string | undefined;
  columns: string;
  interval?: string | undefined;
  stamp: string;
}>;

export function readBarFile(path: string, options: BarFileOptions): Result<BarFile, Fault> {
  if (options.instrument === undefined) return missing("--instrument");
  if (options.interval === undefined) return missing("--interval");
  const instrument = readInstrument(options.instrument);
  if (!instrument.ok) return instrument;
  const interval = parseInterval(options.interval);
  if (!interval.ok) return interval;
  const columns = parseBarColumns(options.columns);
  if (!columns.ok) return columns;
  const stamp = readStamp(options.stamp);
  if (!stamp.ok) return stamp;
  return ok({
    path,
    columns: columns.value,
    instrument: instrument.value,
    intervalMs: interval.value,
    stamp: stamp.value,
  });
}

/** A built-in instrument by id, or a JSON file of one. */
export function readInstrument(text: string): Result<Instrument, Fault> {
  const known = findInstrument(text);
  if (known !== null) return ok(known);
  if (!text.endsWith(".json") && !existsSync(text)) {
    const ids = builtinInstruments.map(({ id }) => id).join(", ");
    const message = `no instrument ${JSON.stringify(text)}; give a JSON file or one of ${ids}`;
    return err({ code: "instrument_unknown", message });
  }
  let json: string;
  try {
    json = readFileSync(text, "utf8");
  } catch {
    return err({ code: "file_unreadable", message: "cannot read the instrument file", at: text });
  }
  const value = parseJson(json);
  if (!value.ok) return err({ ...value.fault, at: `${text}, ${value.fault.at ?? ""}` });
  const instrument = parseInstrument(value.value);
  return instrument.ok ? instrument : err({ ...instrument.fault, at: text });
}

export function readAllow(text: string | undefined): Result<ReadonlySet<FlawCode>, Fault> {
  return text === undefined ? ok(new Set()) : parseAllow(text);
}

function readStamp(text: string): Result<BarStamp, Fault> {
  if (text === "start" || text === "end") return ok(text);
  return err({ code: "stamp_malformed", message: `--stamp is start or end, not ${text}` });
}

function missing(option: string): Result<never, Fault> {
  return err({ code: "option_missing", message: `a file of bars needs ${option}; see --help` });
}
