import { once } from "node:events";
import { connect } from "node:net";

/**
 * Of these modules nothing may stay that a strategy could use: options of the engine make it write
 * files without asking the permission model, priorities are those of other processes too, and a
 * context of its own makes code of texts.
 */
const emptied: Readonly<Record<string, readonly string[]>> = {
  "node:v8": ["setFlagsFromString"],
  "node:os": ["setPriority"],
  "node:vm": [
    ...["Script", "createContext", "runInContext", "runInNewContext", "runInThisContext"],
    ...["compileFunction", "SourceTextModule", "SyntheticModule"],
  ],
};

/** What the permission model must refuse in this process. */
const refused = [
  ...["net", "fs.write", "child", "worker", "addon", "wasi", "inspector", "ffi"],
] as const;

/** Means to reach another process, which the permission model leaves open. */
const takenAway = [
  ...["kill", "_kill", "_debugProcess", "_linkedBinding", "dlopen"],
  ...["setuid", "setgid", "seteuid", "setegid", "setgroups", "initgroups"],
] as const;

/**
 * Completes the confinement of this process and checks it: null, or what is still open. Signals to
 * other processes are no matter of the permission model, so the means to send them go.
 */
export async function confine(): Promise<string | null> {
  const { permission, env } = process;
  if (permission === undefined) return "the process runs without --permission";
  for (const scope of refused) {
    if (permission.has(scope)) return `the permission model allows ${scope}`;
  }
  // An older Node does not know the name `net`, refuses nothing, and says that it is refused.
  if (!(await isConnectRefused())) return "a socket can be opened";
  if (process.getBuiltinModule("node:sqlite") !== undefined) return "node:sqlite is there";
  if (Object.keys(env).length > 0) return "the environment is not empty";
  for (const name of takenAway) take(process, "process", name);
  for (const [module, names] of Object.entries(emptied)) {
    const found: unknown = process.getBuiltinModule(module);
    if (typeof found !== "object" || found === null) return `${module} is not there`;
    for (const name of names) take(found, module.slice("node:".length), name);
  }
  // Without it those who import by name would still have what was there before.
  process.getBuiltinModule("node:module").syncBuiltinESMExports();
  return null;
}

function take(from: object, of: string, name: string): void {
  // A constructor is called with `new`, which an arrow cannot be.
  function refuse(): never {
    throw new Error(`${of}.${name} is not for a strategy`);
  }
  Object.defineProperty(from, name, { value: refuse, writable: false, configurable: false });
}

async function isConnectRefused(): Promise<boolean> {
  const socket = connect(1, "127.0.0.1");
  try {
    await once(socket, "connect");
    return false;
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "ERR_ACCESS_DENIED";
  } finally {
    socket.destroy();
  }
}
