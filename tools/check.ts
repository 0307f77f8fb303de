/** `npm run check`: every gate that is not a test, all of them even when one fails. */
import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import process from "node:process";

type Step = Readonly<{ name: string; command: readonly string[] }>;

const steps: readonly Step[] = [
  { name: "check:format", command: ["biome", "check", "."] },
  { name: "lint", command: ["oxlint"] },
  { name: "types", command: ["tsc", "-b", "--force"] },
  { name: "tidy", command: ["node", "tools/tidy.ts"] },
  { name: "knip", command: ["knip"] },
  { name: "core:check", command: ["node", "tools/core-lock.ts", "check"] },
  { name: "kernel:check", command: ["node", "tools/build-kernel.ts", "--check"] },
];

const root = join(import.meta.dirname, "..");

process.exit(check());

function check(): number {
  const failed = steps.filter((step) => !passes(step)).map(({ name }) => name);
  if (failed.length === 0) return 0;
  console.error(`check failed: ${failed.map((name) => `npm run ${name}`).join(", ")}`);
  return 1;
}

function passes({ name, command: [program = "", ...args] }: Step): boolean {
  const started = performance.now();
  const child = spawnSync(program, args, {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env["PATH"]}`,
    },
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const ok = child.status === 0;
  console.log(`${ok ? "ok  " : "FAIL"} ${name} ${seconds} s`);
  if (!ok) console.log(`${child.stdout}${child.stderr}${child.error?.message ?? ""}`.trim());
  return ok;
}
