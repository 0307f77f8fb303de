import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { err, type Fault, ok, type Result } from "#base";
import { type RosterName, rosterAgent } from "#protocol";

export type PortChoice = "roster" | "free";

/**
 * A port for each service, tried before anything is started: so that services can be told of each
 * other, and that one which is taken ends the start in one line. Fault: http_port_unavailable.
 */
export async function choosePorts(
  names: readonly RosterName[],
  { ports, host }: Readonly<{ ports: PortChoice; host: string }>,
): Promise<Result<ReadonlyMap<RosterName, number>, Fault>> {
  const chosen = new Map<RosterName, number>();
  // All are held until the last one is found, or two services would be given the same.
  const probes: Server[] = [];
  try {
    for (const name of names) {
      const wanted = ports === "free" ? 0 : (rosterAgent(name).port_default ?? 0);
      const port = await probe(probes, wanted, host);
      if (typeof port !== "number") return err(takenFault(name, `${host}:${wanted}`, port.code));
      chosen.set(name, port);
    }
    return ok(chosen);
  } finally {
    await Promise.all(probes.map(release));
  }
}

/** The port, or the system's word for why there is none. */
async function probe(
  probes: Server[],
  port: number,
  host: string,
): Promise<number | Readonly<{ code: string }>> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause)) throw cause;
    return { code: String(cause.code) };
  }
  probes.push(server);
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

function takenFault(name: RosterName, at: string, code: string): Fault {
  const what = code === "EADDRINUSE" ? "is taken" : `cannot be listened on (${code})`;
  const message =
    `the port of ${name} ${what}: stop what listens there (is another assay up running?), ` +
    "or take other ports with --ports free";
  return { code: "http_port_unavailable", message, at };
}

async function release(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  await closed;
}
