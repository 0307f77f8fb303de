import { type ChildProcess, type StdioOptions, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";

/** A PostgreSQL of our own on loopback, gone with everything in it when the scope ends. */
export type PostgresServer = AsyncDisposable &
  Readonly<{
    /** With the password of its one user. */
    url: URL;
    password: string;
    /** Its processes end at once, as in a crash: nothing is finished, nothing is written. */
    kill: () => Promise<void>;
    /** On the same port with the same data; resolves when it answers. */
    start: () => Promise<void>;
  }>;

/** The `skip` option of a test that starts a server: false where it can, else the reason. */
export function withoutPostgres(): string | false {
  if (findPrograms() === null) return "needs PostgreSQL's initdb and postgres (Debian: postgresql)";
  if (process.getuid?.() === 0 && serverUser() === null) {
    return "runs as root, and PostgreSQL needs its user postgres to run as";
  }
  return false;
}

/**
 * Starts a server on a free port. Its texts sort as in English, so that a query that leaves the
 * order to the server's locale is found out, and it wants a password.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPrograms();
  if (programs === null) throw new Error("no PostgreSQL here");
  const folder = mkdtempSync(join(tmpdir(), "assay-postgres-"));
  const user = process.getuid?.() === 0 ? serverUser() : null;
  const run = user === null ? {} : { uid: user.uid, gid: user.gid };
  const password = "with spaces & signs/?";
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, `${password}\n`);
  if (user !== null) {
    for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid);
  }
  const data = join(folder, "data");
  const made = spawnSync(
    join(programs, "initdb"),
    [
      ...["--pgdata", data, "--username", "assay", "--auth", "scram-sha-256"],
      ...["--pwfile", passwordFile, "--encoding", "UTF8", "--no-sync"],
      ...["--locale", "C", "--locale-provider", "icu", "--icu-locale", "en-US"],
    ],
    {
      ...run,
      cwd: folder,
      encoding: "utf8",
      env: { LC_ALL: "C", PATH: process.env["PATH"] ?? "" },
    },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const program = join(programs, "postgres");
  const args = [
    ...["-D", data, "-p", String(port), "-k", folder, "-c", "listen_addresses=127.0.0.1"],
    ...["-c", "fsync=off", "-c", "lc_messages=C"],
  ];
  let server: ChildProcess | null = null;

  async function start(): Promise<void> {
    const stdio: StdioOptions = ["ignore", "ignore", "pipe"];
    server = spawn(program, args, { ...run, cwd: folder, stdio, env: { LC_ALL: "C" } });
    await ready(server);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = server;
    server = null;
    if (ending === null || ending.exitCode !== null) return;
    ending.kill(signal);
    await once(ending, "exit");
  }

  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  // A test that ends the process by a bug leaves neither server nor folder.
  const quit = (): void => {
    server?.kill("SIGQUIT");
    remove();
  };
  process.once("exit", quit);
  await start();
  const url = new URL(`postgres://assay@127.0.0.1:${port}/postgres`);
  url.password = password;
  return {
    url,
    password,
    start,
    kill: () => end("SIGQUIT"),
    async [Symbol.asyncDispose](): Promise<void> {
      process.removeListener("exit", quit);
      await end("SIGQUIT");
      remove();
    },
  };
}

/** Debian keeps the server's programs out of the path, one folder for each major version. */
function findPrograms(): string | null {
  const debian = "/usr/lib/postgresql";
  const majors = existsSync(debian) ? readdirSync(debian).map(Number) : [];
  const folders = [
    ...majors.toSorted((one, two) => two - one).map((major) => `${debian}/${major}/bin`),
    ...(process.env["PATH"] ?? "").split(delimiter),
  ];
  const whole = (folder: string): boolean =>
    ["initdb", "postgres"].every((name) => existsSync(join(folder, name)));
  return folders.find(whole) ?? null;
}

function serverUser(): Readonly<{ uid: number; gid: number }> | null {
  const row = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8"));
  return row === null ? null : { uid: Number(row[1]), gid: Number(row[2]) };
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

async function ready(server: ChildProcess): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("ready to accept connections")) resolve();
    });
    server.once("exit", () => reject(new Error(`postgres: ${said}`)));
    server.once("error", reject);
  });
}
