import { createHash } from "node:crypto";
import { canonicalJson, err, type Fault, isoFromMillis, ok, type Result } from "#base";
import type { Intent } from "#protocol";
import type { WriteOutcome } from "#venues";
import type { VenueDesk } from "../venue/open-venue-desk.ts";
import { checkIntent, type IntentRules, placeIntentOf } from "../venue/order-of-intent.ts";
import { outcomeAnswer, refusedAnswer, type Told, tell } from "./answer.ts";
import type { RequestBook } from "./request-book.ts";
import type { RequestRow } from "./tables.ts";

export type ExecutorPorts = Readonly<{
  book: RequestBook;
  /** Null: no venue was named. */
  venue: VenueDesk | null;
  /** Venue and account; a request that was taken at another one is not answered for here. */
  place: string;
  nowMs: () => number;
  rules: () => Omit<IntentRules, "nowMs">;
  /** Looks at everything once more, market data too, and gives what forbids an order. */
  refusals: () => Promise<readonly string[]>;
  /** Something failed that nobody expected. */
  failed: (reason: string) => void;
}>;

/** Takes each request once, decides, sends, and keeps the answer. */
export type Executor = Readonly<{
  /**
   * The same key with the same intent is told the same answer, whatever happened in between.
   * Faults: idempotency_key_reused, intent_taken; shutting_down, agent_in_backoff and
   * request_in_doubt, of which nothing is kept; those of the store.
   */
  execute: (key: string, intent: Intent) => Promise<Result<Executed, Fault>>;
  /** Answers what a process before this one left open, by what its orders became. */
  settle: () => Promise<Result<number, Fault>>;
  inFlight: () => number;
  /** Resolves when nothing is under way. */
  idle: () => Promise<void>;
}>;

export type Executed = Told & Readonly<{ repeated: boolean }>;

/** Of these nothing is kept: the same request may come again when they are over. */
const passing: ReadonlySet<string> = new Set(["shutting_down", "agent_in_backoff"]);

type Running = Readonly<{ sha256: string; outcome: Promise<Result<Executed, Fault>> }>;

export function createExecutor(ports: ExecutorPorts): Executor {
  const running = new Map<string, Running>();

  return {
    async execute(key, intent) {
      const sha256 = createHash("sha256").update(canonicalJson(intent)).digest("hex");
      const same = running.get(key);
      if (same !== undefined) {
        if (same.sha256 !== sha256) return err(reused);
        const outcome = await same.outcome;
        return outcome.ok ? ok({ ...outcome.value, repeated: true }) : outcome;
      }
      const outcome = run(ports, key, sha256, intent);
      running.set(key, { sha256, outcome });
      try {
        return await outcome;
      } catch (cause) {
        ports.failed("execute_failed");
        throw cause;
      } finally {
        running.delete(key);
      }
    },
    settle: async () => settle(ports),
    inFlight: () => running.size,
    async idle(): Promise<void> {
      await Promise.allSettled([...running.values()].map(({ outcome }) => outcome));
    },
  };
}

async function repeat(
  ports: ExecutorPorts,
  key: string,
  sha256: string,
): Promise<Result<Executed, Fault> | null> {
  const found = await ports.book.find(key);
  if (!found.ok) return found;
  if (found.value === null) return null;
  if (found.value.request_sha256 !== sha256) return err(reused);
  const told = toldBefore(found.value);
  if (told !== null) return ok({ ...told, repeated: true });
  return err({
    code: "request_in_doubt",
    message: "a process before this one took it, and what became of it is not known yet",
  });
}

async function first(
  ports: ExecutorPorts,
  key: string,
  sha256: string,
  intent: Intent,
): Promise<Result<Told, Fault>> {
  const refusals = await ports.refusals();
  const [code] = refusals;
  if (code !== undefined && passing.has(code)) return err(passingFault(code));
  const nowMs = ports.nowMs();
  const at = isoFromMillis(Math.floor(nowMs));
  const checked = checkIntent(intent, { ...ports.rules(), nowMs });
  const why = code !== undefined || checked.ok ? refusals : [checked.fault.code];
  const refused = why.length > 0 ? tell(refusedAnswer(intent.intent_id, why, at)) : null;
  const { intent_id } = intent;
  const body = { intent_id, intent: canonicalJson(intent), taken_utc: at };
  const request = { idempotency_key: key, request_sha256: sha256, place: ports.place, ...body };
  const taken = await ports.book.take(request, refused);
  if (!taken.ok) return taken;
  if (refused !== null) return ok(refused);
  return send(ports, key, intent);
}

async function run(
  ports: ExecutorPorts,
  key: string,
  sha256: string,
  intent: Intent,
): Promise<Result<Executed, Fault>> {
  const before = await repeat(ports, key, sha256);
  if (before !== null) return before;
  const told = await first(ports, key, sha256, intent);
  return told.ok ? ok({ ...told.value, repeated: false }) : told;
}

const reused: Fault = {
  code: "idempotency_key_reused",
  message: "this idempotency key was used for another intent",
  at: "idempotency-key",
};

async function send(
  ports: ExecutorPorts,
  key: string,
  intent: Intent,
): Promise<Result<Told, Fault>> {
  const { venue, book } = ports;
  if (venue === null) return err({ code: "venue_not_configured", message: "there is no venue" });
  const outcome = await venue.broker.place(placeIntentOf(intent, venue.agentIdHash));
  const at = isoFromMillis(Math.floor(ports.nowMs()));
  const told = tell(outcomeAnswer(outcome, at));
  const kept = await book.answer(key, told, at);
  return kept.ok ? ok(told) : kept;
}

/** An order that was recorded may have left; an intent without one never did. */
async function settle({
  book,
  venue,
  place,
  nowMs,
}: ExecutorPorts): Promise<Result<number, Fault>> {
  if (venue === null) return ok(0);
  const open = await book.unanswered(place);
  if (!open.ok) return open;
  for (const { idempotency_key, intent_id } of open.value) {
    const at = isoFromMillis(Math.floor(nowMs()));
    const order = venue.broker.orders().find(({ intent }) => intent.intentId === intent_id);
    const answer =
      order === undefined
        ? refusedAnswer(intent_id, ["interrupted_before_send"], at)
        : outcomeAnswer(outcomeOf(intent_id, order), at);
    const kept = await book.answer(idempotency_key, tell(answer), at);
    if (!kept.ok) return kept;
  }
  return ok(open.value.length);
}

type Order = NonNullable<WriteOutcome["order"]>;

function outcomeOf(intentId: string, order: Order): WriteOutcome {
  const rest = { classification: "L1_TRUTH_INCOMPLETE", recommendedAction: null } as const;
  const { phase, state } = order;
  const [status, reasonCode] =
    phase === "unknown" || phase === "sending"
      ? (["error", "interrupted_while_sending"] as const)
      : state === "rejected"
        ? (["rejected", "rejected_before_restart"] as const)
        : state === "absent"
          ? (["refused", "never_arrived"] as const)
          : (["ok", null] as const);
  return { intentId, status, reasonCode, ...rest, fence: null, order };
}

function toldBefore({ status, answer }: RequestRow): Told | null {
  if (status === null || answer === null) return null;
  // Written by `tell`, and by nobody else.
  const { decision, reason_code } = JSON.parse(answer) as Readonly<{
    decision: Told["decision"];
    reason_code: string | null;
  }>;
  return { status, answer, decision, code: reason_code ?? "accepted" };
}

function passingFault(code: string): Fault {
  const message =
    code === "shutting_down" ? "the agent ends" : "the agent waits after a failure; try later";
  return { code, message };
}
