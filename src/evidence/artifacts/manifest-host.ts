import {
  type Fields,
  finite,
  flag,
  hex64,
  nullable,
  reason,
  strictRecord,
  utcTime,
} from "./fields.ts";

export type KernelFacts = Readonly<{
  id: string;
  /** Null for a kernel in TypeScript: its source is part of core_hash. */
  wasm_sha256: string | null;
  wasm_sha256_reason: string | null;
}>;

/** What the machine and the checkout say about themselves; may differ between equal runs. */
export type HostFacts = Readonly<{
  package_version: string;
  git_commit: string | null;
  git_commit_reason: string | null;
  git_dirty: boolean | null;
  git_dirty_reason: string | null;
  docker_image: string | null;
  docker_image_reason: string | null;
  runtime_version: string;
  runtime_binary_sha256: string | null;
  runtime_binary_sha256_reason: string | null;
  lockfile_sha256: string | null;
  lockfile_sha256_reason: string | null;
  kernel: KernelFacts;
}>;

/** Wall clock of the execution; never read by anything but people. */
export type WallFacts = Readonly<{
  start_time: string;
  end_time: string | null;
  end_time_reason: string | null;
  wall_seconds: number | null;
  wall_seconds_reason: string | null;
  wall_agent_bars_per_second: number | null;
  wall_agent_bars_per_second_reason: string | null;
  wall_time_to_first_internal_collapse_seconds: number | null;
  wall_time_to_first_internal_collapse_seconds_reason: string | null;
  wall_restart_time_seconds: number | null;
  wall_restart_time_seconds_reason: string | null;
}>;

export const hostFactFields: Fields<HostFacts> = {
  package_version: reason,
  git_commit: nullable(reason),
  git_commit_reason: nullable(reason),
  git_dirty: nullable(flag),
  git_dirty_reason: nullable(reason),
  docker_image: nullable(reason),
  docker_image_reason: nullable(reason),
  runtime_version: reason,
  runtime_binary_sha256: nullable(hex64),
  runtime_binary_sha256_reason: nullable(reason),
  lockfile_sha256: nullable(hex64),
  lockfile_sha256_reason: nullable(reason),
  kernel: strictRecord<KernelFacts>({
    id: reason,
    wasm_sha256: nullable(hex64),
    wasm_sha256_reason: nullable(reason),
  }),
};

export const wallFactFields: Fields<WallFacts> = {
  start_time: utcTime,
  end_time: nullable(utcTime),
  end_time_reason: nullable(reason),
  wall_seconds: nullable(finite),
  wall_seconds_reason: nullable(reason),
  wall_agent_bars_per_second: nullable(finite),
  wall_agent_bars_per_second_reason: nullable(reason),
  wall_time_to_first_internal_collapse_seconds: nullable(finite),
  wall_time_to_first_internal_collapse_seconds_reason: nullable(reason),
  wall_restart_time_seconds: nullable(finite),
  wall_restart_time_seconds_reason: nullable(reason),
};
