import { connect, type NatsConnection, type ServerInfo } from "@nats-io/transport-node";
import { err, ok, type Result } from "#base";
import { type BusFault, busFault } from "./bus-fault.ts";
import { attemptNats } from "./nats-faults.ts";

/** What Debian 12 ships; older ones have not been tried. */
const oldestServer: readonly [number, number, number] = [2, 9, 10];

const firstAnswerMs = 4000;
const reconnectPauseMs = 250;

/** Splits `nats://user:password@host:4222,host2`; a word before `@` without colon is a token. */
export function readNatsAddress(
  text: string,
): Result<Readonly<{ servers: string[]; login: object; shown: string }>, BusFault> {
  const form = /^(nats|tls):\/\/(?:([^@/,]+)@)?([^@/?#]+)\/?$/.exec(text);
  const [, scheme, login, hosts] = form ?? [];
  const servers = (hosts ?? "").split(",");
  if (form === null || servers.some((host) => !/^[A-Za-z0-9._[\]:-]+$/.test(host))) {
    const message = "a NATS address looks like nats://host:4222, with user:password@ if needed";
    return err(busFault("bus_address_invalid", message));
  }
  const tls = scheme === "tls" ? { tls: {} } : {};
  const shown = servers.join(",");
  return ok({ servers, login: { ...readLogin(login), ...tls }, shown });
}

/** Faults: bus_unreachable, bus_denied, bus_server_too_old, bus_without_jetstream. */
export async function connectNats(
  text: string,
  name: string,
): Promise<Result<NatsConnection, BusFault>> {
  const address = readNatsAddress(text);
  if (!address.ok) return address;
  const { servers, login, shown } = address.value;
  const connection = await attemptNats(shown, async () =>
    connect({
      ...{ servers, name, ...login },
      ...{ timeout: firstAnswerMs, maxReconnectAttempts: -1, reconnectTimeWait: reconnectPauseMs },
      ...{ reconnectJitter: 100, pingInterval: 10_000, maxPingOut: 2, ignoreClusterUpdates: true },
    }),
  );
  if (!connection.ok) return connection;
  const { info } = connection.value;
  const unfit = info === undefined ? null : judgeServer(info);
  if (unfit === null) return connection;
  await connection.value.close();
  return err({ ...unfit, at: shown });
}

/** Null for a server that will do. */
export function judgeServer({
  version,
  jetstream,
}: Pick<ServerInfo, "version" | "jetstream">): BusFault | null {
  const needed = oldestServer.join(".");
  const parts = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
  if (parts === undefined || isOlder(parts, oldestServer)) {
    const message = `nats-server ${version.slice(0, 40)} is too old: ${needed} or newer is needed`;
    return busFault("bus_server_too_old", message);
  }
  if (jetstream === true) return null;
  const message = `nats-server ${version} runs without JetStream: start it with -js`;
  return busFault("bus_without_jetstream", message);
}

function isOlder(version: readonly number[], floor: readonly number[]): boolean {
  for (const [index, least] of floor.entries()) {
    const part = version[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}

function readLogin(login: string | undefined): object {
  if (login === undefined) return {};
  const colon = login.indexOf(":");
  if (colon < 0) return { token: decode(login) };
  return { user: decode(login.slice(0, colon)), pass: decode(login.slice(colon + 1)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
