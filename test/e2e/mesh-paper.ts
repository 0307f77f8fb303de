import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Asked, ask } from "./mesh-process.ts";

/** A caller of strategy-service with the token that it made for itself. */
export type PaperClient = Readonly<{
  /** Makes the strategy `paper`, which paper orders belong to. */
  begin: (symbol: string) => Promise<void>;
  place: (key: string, order: Readonly<Record<string, string>>) => Promise<Asked>;
  read: (path: string) => Promise<Asked>;
}>;

export type PaperOrder = Readonly<{ order_id: string; status: string; reason: string | null }>;

export function paperClient(url: string, root: string): PaperClient {
  const token = readFileSync(join(root, "mesh", "strategy-service", "api-token"), "utf8").trim();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const post = (path: string, body: object, more: Record<string, string> = {}): Promise<Asked> => {
    const init = { method: "POST", headers: { ...headers, ...more }, body: JSON.stringify(body) };
    return ask(`${url}${path}`, init);
  };
  return {
    async begin(symbol) {
      const strategy = { strategy_id: "paper", name: "Paper", kind: "other", symbols: [symbol] };
      const made = await post("/strategies", { ...strategy, mode: "PAPER", enabled: true });
      assert.equal(made.status, 201, JSON.stringify(made.body));
    },
    place(key, order) {
      return post("/paper-orders", { strategy_id: "paper", ...order }, { "idempotency-key": key });
    },
    read: (path) => ask(`${url}${path}`, { headers }),
  };
}

/** A decision of a strategy as it landed. */
export type Landed = Readonly<{ type: string; body: Readonly<Record<string, unknown>> }>;

/** Everything that the strategies of this root landed, in order. */
export function landedIn(root: string): readonly Landed[] {
  const above = join(root, "audit_artifacts", "proposals");
  if (!existsSync(above)) return [];
  return readdirSync(above)
    .toSorted()
    .flatMap((day) => readFileSync(join(above, day, "proposals.jsonl"), "utf8").split("\n"))
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Landed);
}
