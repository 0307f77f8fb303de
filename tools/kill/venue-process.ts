import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { assert } from "#base";
import type { AcceptedOrder, CounterTable, RuleCount } from "#simulator";

/** A venue that runs as a process of its own, and the door through which it tells what happened. */
export type VenueProcess = Readonly<{
  restUrl: string;
  streamUrl: string;
  keysPath: string;
  counters: () => Promise<VenueCounts>;
  /** Orders that the engine took, from the n-th on. */
  orders: (since: number) => Promise<readonly AcceptedOrder[]>;
  /** Adds a rule to the fault plan. */
  fault: (rule: unknown) => Promise<void>;
  clearFaults: () => Promise<void>;
  stop: () => Promise<void>;
}>;

export type VenueCounts = Readonly<{
  now_ms: number;
  orders_accepted: number;
  counters: CounterTable;
  faults: readonly RuleCount[];
}>;

const main = join(import.meta.dirname, "../../src/cli/main.ts");

export async function startVenue(root: string, args: readonly string[]): Promise<VenueProcess> {
  const command = [main, "venue", "serve", "--json", "--port", "0", "--admin-port", "0"];
  const child = spawn(process.execPath, [...command, "--root", root, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const line = await firstLine(child);
  const keysPath = line["keys_path"] ?? "";
  const admin = line["admin_url"] ?? "";
  const roster = JSON.parse(readFileSync(keysPath, "utf8")) as { admin_token: string };
  const headers = { authorization: `Bearer ${roster.admin_token}` };

  async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
    const answer = await fetch(`${admin}${path}`, { ...init, headers });
    const text = await answer.text();
    assert(answer.ok, `the admin door says ${answer.status}: ${text}`);
    return JSON.parse(text) as T;
  }

  return {
    restUrl: line["rest_url"] ?? "",
    streamUrl: line["stream_url"] ?? "",
    keysPath,
    counters: async () => ask<VenueCounts>("/counters"),
    async orders(since): Promise<readonly AcceptedOrder[]> {
      const all: AcceptedOrder[] = [];
      for (let from = since; ; ) {
        const page = await ask<{ orders: readonly AcceptedOrder[] }>(`/orders?since=${from}`);
        const last = page.orders.at(-1);
        if (last === undefined) return all;
        all.push(...page.orders);
        from = last.n;
      }
    },
    async fault(rule): Promise<void> {
      await ask("/faults", { method: "POST", body: JSON.stringify(rule) });
    },
    async clearFaults(): Promise<void> {
      const plan = { schema_version: "venue-faults/1", rules: [] };
      await ask("/faults", { method: "PUT", body: JSON.stringify(plan) });
    },
    stop: () => stopped(child),
  };
}

type Line = Readonly<Record<string, string>>;

async function firstLine(child: ChildProcess): Promise<Line> {
  return new Promise((resolve, reject) => {
    const text = { out: "", err: "" };
    child.stdout?.on("data", (chunk: Buffer) => {
      text.out += String(chunk);
      const end = text.out.indexOf("\n");
      if (end >= 0) resolve(JSON.parse(text.out.slice(0, end)) as Line);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      text.err += String(chunk);
    });
    child.on("exit", () => reject(new Error(`the venue ended: ${text.err}`)));
  });
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  child.kill("SIGTERM");
  await gone;
}
