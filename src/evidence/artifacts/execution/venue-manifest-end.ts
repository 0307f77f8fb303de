import {
  count,
  exactly,
  type Fields,
  finite,
  flag,
  nullable,
  oneOf,
  reason,
  utcTime,
} from "../fields.ts";
import { type TruthProfile, truthProfile } from "./execution-fields.ts";

type VenueRunStatus = "running" | "completed" | "interrupted" | "failed" | "aborted";

/** How it ended. */
export type VenueEndFacts = Readonly<{
  status: VenueRunStatus;
  status_detail: string;
  stop_detected: boolean;
  stop_time: string | null;
  stop_time_reason: string | null;
  stop_reason: string | null;
  stopped_after_tick: number | null;
  stopped_after_tick_reason: string | null;
  ticks: number;
  start_time: string;
  end_time: string | null;
  end_time_reason: string | null;
  truth_profile: TruthProfile;
  positions_quality: "exchange_reported" | "reconstructed_from_fills" | "unreliable" | "unknown";
  impedance_fidelity: "demo_proxy" | "live_calibrated" | "unknown";
  internal_collapse_detected: boolean;
  internal_collapse_reason: "extinction" | "financial" | "both" | null;
  internal_collapse_time: string | null;
  internal_collapse_time_reason: string | null;
  time_to_first_internal_collapse_seconds: number | null;
  time_to_first_internal_collapse_seconds_reason: string | null;
  restart_time_seconds: null;
  restart_time_seconds_reason: string;
  python_version: null;
  python_version_reason: string;
  runtime_is_node: true;
}>;

export const endFields: Fields<VenueEndFacts> = {
  status: oneOf(["running", "completed", "interrupted", "failed", "aborted"]),
  status_detail: reason,
  stop_detected: flag,
  stop_time: nullable(utcTime),
  stop_time_reason: nullable(reason),
  stop_reason: nullable(reason),
  stopped_after_tick: nullable(count),
  stopped_after_tick_reason: nullable(reason),
  ticks: count,
  start_time: utcTime,
  end_time: nullable(utcTime),
  end_time_reason: nullable(reason),
  truth_profile: truthProfile,
  positions_quality: oneOf([
    "exchange_reported",
    "reconstructed_from_fills",
    "unreliable",
    "unknown",
  ]),
  impedance_fidelity: oneOf(["demo_proxy", "live_calibrated", "unknown"]),
  internal_collapse_detected: flag,
  internal_collapse_reason: nullable(oneOf(["extinction", "financial", "both"])),
  internal_collapse_time: nullable(utcTime),
  internal_collapse_time_reason: nullable(reason),
  time_to_first_internal_collapse_seconds: nullable(finite),
  time_to_first_internal_collapse_seconds_reason: nullable(reason),
  restart_time_seconds: exactly(null),
  restart_time_seconds_reason: reason,
  python_version: exactly(null),
  python_version_reason: reason,
  runtime_is_node: exactly(true),
};
