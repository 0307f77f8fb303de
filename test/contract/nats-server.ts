import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

/** A nats-server of our own on loopback, gone with everything in it when the scope ends. */
export type NatsServer = AsyncDisposable &
  Readonly<{
    url: string;
    /** SIGKILL, in the middle of whatever it does; resolves when it is gone. */
    kill: () => Promise<void>;
    /** Its files are gone, as on another machine; it must not run. */
    forget: () => Promise<void>;
    /** On the same port with the same files; resolves when it answers. */
    start: () => Promise<void>;
  }>;

/** The `skip` option of a test that starts a server: false where it can, else the reason. */
export function withoutNats(): string | false {
  return findProgram() === null ? "needs nats-server (Debian: nats-server)" : false;
}

/** With JetStream, unless told otherwise; further arguments go to the program. */
export async function startNats(
  options: Readonly<{ jetstream?: boolean; more?: readonly string[] }> = {},
): Promise<NatsServer> {
  const program = findProgram();
  if (program === null) throw new Error("no nats-server here");
  const folder = mkdtempSync(join(tmpdir(), "assay-nats-"));
  const port = await freePort();
  const files = options.jetstream === false ? [] : ["-js", "-sd", folder];
  const args = ["-a", "127.0.0.1", "-p", String(port), ...files, ...(options.more ?? [])];
  let server: ChildProcess | null = null;

  async function start(): Promise<void> {
    server = spawn(program ?? "", args, { cwd: folder, stdio: "ignore", env: {} });
    await answering(port, server);
  }

  async function kill(): Promise<void> {
    const dying = server;
    server = null;
    if (dying === null || dying.exitCode !== null || dying.signalCode !== null) return;
    dying.kill("SIGKILL");
    await once(dying, "exit");
  }

  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  // A test that ends the process by a bug leaves neither server nor folder.
  const quit = (): void => {
    server?.kill("SIGKILL");
    remove();
  };
  process.once("exit", quit);
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    kill,
    start,
    async forget() {
      remove();
      mkdirSync(folder);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      process.removeListener("exit", quit);
      await kill();
      remove();
    },
  };
}

function findProgram(): string | null {
  const folders = ["/usr/sbin", "/usr/bin", ...(process.env["PATH"] ?? "").split(delimiter)];
  const programs = folders.map((folder) => join(folder, "nats-server"));
  return programs.find((program) => existsSync(program)) ?? null;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function answering(port: number, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (server.exitCode !== null) throw new Error(`nats-server ended with ${server.exitCode}`);
    if (await accepts(port)) return;
    await sleep(25);
  }
  throw new Error("nats-server does not answer");
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    // The server speaks first: its port alone would be open too early.
    await once(socket, "data");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
