import type { Fault, Result } from "#base";
import type { RosterName } from "#protocol";
import { type Environment, type Presence, readConfig } from "../config/read-config.ts";
import type { ConfigSpec, Setting } from "../config/setting.ts";
import type { RunningService, Service, ServiceDeps } from "../service.ts";

/** A service among others, whatever its settings are. */
export type HostedService = Readonly<{
  name: RosterName;
  /** The variables that it reads. */
  variables: readonly string[];
  /** Reads its settings, before anything starts. Faults: of readConfig. */
  prepare: (env: Environment) => Result<PreparedService, Fault>;
}>;

/** A service with its settings. */
export type PreparedService = Readonly<{
  name: RosterName;
  presence: readonly Presence[];
  secrets: readonly string[];
  start: (
    deps: Omit<ServiceDeps<unknown>, "config">,
    signal: AbortSignal,
  ) => Promise<Result<RunningService, Fault>>;
}>;

/** Puts a service into the form in which the host takes it. */
export function hosted<C>(service: Service<C>): HostedService {
  const { name } = service;
  return {
    name,
    variables: variablesOf(service.config),
    prepare(env) {
      const read = readConfig(service.config, env);
      if (!read.ok) return read;
      const { config, presence, secrets } = read.value;
      const start: PreparedService["start"] = (deps, signal) => {
        return service.start({ ...deps, config }, signal);
      };
      return { ok: true, value: { name, presence, secrets, start } };
    },
  };
}

/** The names of the variables of a spec. */
export function variablesOf<C>(spec: ConfigSpec<C>): readonly string[] {
  return Object.values<Setting<unknown>>(spec).map(({ variable }) => variable);
}
