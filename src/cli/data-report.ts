import { isoFromMillis } from "#base";
import type { BarQuality, DatasetDocument, FlawRecord } from "#datasets";
import { intervalText } from "#market";
import { counted, groupDigits } from "./table.ts";

/** A dataset in a few lines for people. */
export function datasetLines(document: DatasetDocument): readonly string[] {
  const { bars, instrument, quality, flaws } = document;
  const every = intervalText(document.bar_interval_ms);
  const span = `${shortTime(bars.first_utc)} to ${shortTime(bars.last_utc)}`;
  return [
    `dataset   ${document.dataset_id.slice(0, 16)}  ${document.name ?? "(no name)"}`,
    `bars      ${groupDigits(bars.rows)} of ${every}, ${span}, ${instrument.id}`,
    `funding   ${fundingText(document)}`,
    ...qualityLines(quality),
    ...flawLines(flaws, ""),
  ];
}

/** The checks that refuse nothing, each with its worst places. */
export function qualityLines(quality: BarQuality): readonly string[] {
  const { gaps, zero_volume: zero, outside_session: outside, outliers, rounding } = quality;
  const lines = [
    gaps.count === 0
      ? "gaps      none"
      : `gaps      ${counted(gaps.count, "gap")}, ${counted(gaps.missing_bars, "bar")} missing`,
    ...gaps.longest
      .slice(0, shownPlaces)
      .map((gap) => `          ${groupDigits(gap.missing_bars)} after ${shortTime(gap.after_utc)}`),
    zero.bars === 0
      ? "no trade  none"
      : `no trade  ${counted(zero.bars, "bar")} in ${counted(zero.runs, "run")}`,
    ...zero.longest
      .slice(0, shownPlaces)
      .map((run) => `          ${groupDigits(run.bars)} from ${shortTime(run.from_utc)}`),
  ];
  if (outside.bars > 0) lines.push(`outside   ${counted(outside.bars, "bar")} in no session`);
  for (const { kind, count: found, threshold_z, largest } of outliers) {
    const what = kind === "wick" ? "wicks" : "returns";
    lines.push(`outliers  ${groupDigits(found)} ${what} beyond ${threshold_z} robust deviations`);
    for (const { ts_utc, move, z } of largest.slice(0, shownPlaces)) {
      lines.push(`          log ${move} (z ${z}) at ${shortTime(ts_utc)}`);
    }
  }
  if (rounding.rounded_prices > 0) {
    const worst = rounding.largest_price_error_ticks;
    lines.push(
      `rounding  ${groupDigits(rounding.rounded_prices)} prices to the tick, by ${worst} at most`,
    );
  }
  if (rounding.bars_with_rounded_volume > 0) {
    const bars = groupDigits(rounding.bars_with_rounded_volume);
    const zeroed = groupDigits(rounding.volumes_rounded_to_zero);
    lines.push(`          ${bars} volumes to the lot, ${zeroed} of them to none`);
  }
  return lines;
}

/** Rows that break a rule, by kind, with how they were treated and their first places. */
export function flawLines(flaws: readonly FlawRecord[], condition: string): readonly string[] {
  if (flaws.length === 0) return ["flaws     none"];
  return flaws.flatMap(({ code, count, treatment, places }) => [
    `flaws     ${groupDigits(count)} ${code}: ${condition}${treatment}`,
    ...places
      .slice(0, shownPlaces)
      .map(({ line, message }) => `          line ${line}: ${message}`),
  ]);
}

/** `2024-01-01 00:15` from milliseconds or from what isoFromMillis wrote. */
export function shortTime(time: string | number): string {
  const iso = typeof time === "number" ? isoFromMillis(time) : time;
  const text = iso.replace("T", " ").replace(/:00\.000Z$/, "");
  return text.replace(/ 00:00$/, "");
}

const shownPlaces = 3;

function fundingText(document: DatasetDocument): string {
  const { funding } = document;
  if (funding === null) return `none: ${(document.funding_reason ?? "").replaceAll("_", " ")}`;
  const span = `${shortTime(funding.first_utc)} to ${shortTime(funding.last_utc)}`;
  const foreign = funding.venue === document.instrument.venue ? "" : " (another venue)";
  const missing = funding.missing_payments;
  const gaps = missing === 0 ? "" : `, ${groupDigits(missing)} payments missing`;
  return `${groupDigits(funding.rows)} payments of ${funding.venue}${foreign}, ${span}${gaps}`;
}
