import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { type HaltPlaces, haltPlaces } from "#venues";
import type { Bus } from "../bus/bus.ts";
import type { BusNotice } from "../bus/notices.ts";
import { openBus } from "../bus/open-bus.ts";
import { type MeshConfig, meshConfig } from "../config/mesh-config.ts";
import { checkVariableNames, type Presence, readConfig } from "../config/read-config.ts";
import { createLog, type LogSink, standardErrorSink } from "../log/create-log.ts";
import type { Log } from "../log/log.ts";
import { createRedact, type Redact } from "../log/redact.ts";
import { openStoreHost, type StoreHost } from "../store/open-store.ts";
import { type MeshClock, systemClock } from "../time/mesh-clock.ts";
import { type HostedService, type PreparedService, variablesOf } from "./hosted.ts";
import type { MeshOptions } from "./mesh-options.ts";

/** What the services of one process share. */
export type Mesh = Readonly<{
  options: MeshOptions;
  config: MeshConfig;
  presence: readonly Presence[];
  services: readonly PreparedService[];
  clock: MeshClock;
  places: HaltPlaces;
  bus: Bus;
  stores: StoreHost;
  sink: LogSink;
  redact: Redact;
  /** What the host says of its services, under a name of its own. */
  log: Log;
  close: () => Promise<void>;
}>;

/** Variables that the product reads elsewhere. */
const productVariables: readonly string[] = ["ASSAY_IMAGE", "ASSAY_STACK", "ASSAY_SHARED"];

/**
 * Reads all settings, and only then opens what the services share. Faults: config_missing,
 * config_invalid, config_unknown_variable, service_twice, those of the store and of the bus.
 */
export async function openMesh(
  hostedServices: readonly HostedService[],
  options: MeshOptions,
): Promise<Result<Mesh, Fault>> {
  const read = readSettings(hostedServices, options);
  if (!read.ok) return read;
  const { config, presence, services, secrets } = read.value;
  const { root, clock = systemClock, sink = standardErrorSink() } = options;
  const { databaseUrl, executionHalted, executionHaltedFile } = config;
  const places = haltPlaces(root, {
    // Set to nothing it is an empty source, which halts; unset it is none.
    EXECUTION_HALTED: options.env["EXECUTION_HALTED"] === "" ? "" : (executionHalted ?? undefined),
    EXECUTION_HALTED_FILE: executionHaltedFile ?? undefined,
  });
  const stores = await openStoreHost({ root, databaseUrl, nowMs: clock.nowMs });
  if (!stores.ok) return stores;
  const redact = createRedact(secrets);
  const speaker = { agent_name: "mesh", boot_id: randomUUID(), version: options.product.version };
  const log = createLog({ speaker, level: config.logLevel, redact, sink, nowMs: clock.nowMs });
  const bus = await openBus(config.busUrl?.reveal() ?? null, {
    clientName: hostedServices.map(({ name }) => name).join(" "),
    folder: options.busFolder ?? join(root, "mesh", "bus"),
    tell: (notice) => tellOfBus(log, notice),
  });
  if (!bus.ok) {
    await stores.value.close();
    return bus;
  }
  return ok({
    ...{ options, config, presence, services, clock, places, sink, redact, log },
    bus: bus.value,
    stores: stores.value,
    async close() {
      await bus.value.close();
      await stores.value.close();
    },
  });
}

/**
 * Which settings are there, without starting anything: for a table that a person reads before the
 * start. Faults: of the settings alone.
 */
export function checkSettings(
  hostedServices: readonly HostedService[],
  options: Pick<MeshOptions, "env" | "knownVariables">,
): Result<readonly Presence[], Fault> {
  const read = readSettings(hostedServices, options);
  if (!read.ok) return read;
  const { presence, services } = read.value;
  return ok([...presence, ...services.flatMap((service) => service.presence)]);
}

type Settings = Pick<Mesh, "config" | "presence" | "services"> &
  Readonly<{ secrets: readonly string[] }>;

function readSettings(
  hostedServices: readonly HostedService[],
  { env, knownVariables = [] }: Pick<MeshOptions, "env" | "knownVariables">,
): Result<Settings, Fault> {
  const known = [
    ...productVariables,
    ...knownVariables,
    ...variablesOf(meshConfig),
    ...hostedServices.flatMap(({ variables }) => variables),
  ];
  const names = checkVariableNames(env, known);
  if (!names.ok) return names;
  const mesh = readConfig(meshConfig, env);
  if (!mesh.ok) return mesh;
  const services: PreparedService[] = [];
  for (const service of hostedServices) {
    if (services.some(({ name }) => name === service.name)) {
      return err({ code: "service_twice", message: `${service.name} is named twice` });
    }
    const prepared = service.prepare(env);
    if (!prepared.ok) return prepared;
    services.push(prepared.value);
  }
  const { config, presence } = mesh.value;
  if (config.httpPort !== null && config.httpPort !== 0 && services.length > 1) {
    const message = "ASSAY_HTTP_PORT is for a process with one service; unset it";
    return err({ code: "config_invalid", message, at: "ASSAY_HTTP_PORT" });
  }
  const secrets = [...mesh.value.secrets, ...services.flatMap((service) => service.secrets)];
  return ok({ config, presence, services, secrets });
}

function tellOfBus(log: Log, { type, ...rest }: BusNotice): void {
  const event = `bus.${type}`;
  const fields = { ...rest };
  if ("fault" in fields) log.warn(event, { ...fields, reason_code: fields.fault.code });
  else if (type === "connection") log.info(event, fields);
  else log.warn(event, { ...fields, outcome: "failed" });
}
