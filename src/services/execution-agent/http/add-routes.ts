import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { err, type Fault, ok, parseJson, type Result } from "#base";
import { errorAnswer, type HttpApp, type HttpEnv, type Secret } from "#mesh";
import { type Intent, intentCodec } from "#protocol";
import type { ExecutionDesk } from "../gates/execution-desk.ts";
import type { Executor } from "../requests/executor.ts";
import { authorise } from "./authorise.ts";

export type RouteParts = Readonly<{
  http: HttpApp;
  key: Secret | null;
  desk: ExecutionDesk;
  executor: Executor;
  /** Looks at the market data anew before a person's question is answered. */
  look: () => Promise<void>;
  recover: (by: string) => Promise<string | null>;
  halt: (by: string, why: string) => Result<void, Fault>;
  /** Null: no venue was named. */
  cancelAll: (() => Promise<Readonly<{ clear: boolean; cancelled: number }>>) | null;
  refused: (code: string) => void;
}>;

const keyForm = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$/;

/** What is served beside the standard endpoints; arming has routes of its own. */
export function addRoutes(parts: RouteParts): void {
  const { http, key, desk, executor, refused } = parts;
  const guard = authorise(key, refused);

  http.get("/state", async (context) => {
    await parts.look();
    return context.json(desk.state());
  });

  // Without a venue nothing can happen, and the answer says so to everyone.
  if (parts.cancelAll !== null) http.use("/execute", guard);
  http.post("/execute", async (context) => {
    const idempotencyKey = context.req.header("idempotency-key") ?? "";
    if (!keyForm.test(idempotencyKey)) {
      const code = idempotencyKey === "" ? "idempotency_key_missing" : "idempotency_key_malformed";
      const message = "an Idempotency-Key of 8 to 128 letters, digits and ._:- is needed";
      return answerFault(context, { code, message, at: "idempotency-key" }, refused);
    }
    const body = await readBody(context);
    if (!body.ok) return answerFault(context, body.fault, refused);
    const intent = strictIntent(body.value);
    if (!intent.ok) {
      return answerFault(context, { ...intent.fault, code: "request_invalid" }, refused);
    }
    const done = await executor.execute(idempotencyKey, intent.value);
    if (!done.ok) return answerFault(context, done.fault, refused);
    const { status, answer, code, repeated } = done.value;
    if (status !== 200) refused(code);
    if (repeated) context.header("idempotent-replayed", "true");
    context.header("content-type", "application/json");
    return context.body(answer, statusOf(status));
  });

  http.use("/recover", guard);
  http.post("/recover", async (context) => {
    const body = await readBody(context);
    if (!body.ok) return answerFault(context, body.fault, refused);
    await parts.look();
    const why = await parts.recover(textOf(body.value, "by"));
    if (why !== null) {
      return answerFault(context, { code: why, message: recoverMessage(why) }, refused);
    }
    const { state, mode, may_execute, refusals } = desk.state();
    return context.json({ state, mode, may_execute, refusals });
  });

  // Anybody halts, alone and at once.
  http.post("/halt", async (context) => {
    const body = await readBody(context);
    const given = body.ok ? body.value : {};
    const halted = parts.halt(textOf(given, "by") || "http", textOf(given, "reason"));
    if (!halted.ok) return answerFault(context, halted.fault, refused);
    desk.turn();
    return context.json({ halted: true, state: desk.gate().state });
  });

  http.use("/cancel-all", guard);
  http.post("/cancel-all", async (context) => {
    if (parts.cancelAll === null) {
      const message = "there is no venue, and nothing to cancel";
      return answerFault(context, { code: "venue_not_configured", message }, refused);
    }
    const report = await parts.cancelAll();
    return context.json(report, report.clear ? 200 : 502);
  });
}

/** Whatever is not listed is a refusal by the state of things. */
const statusByCode: Readonly<Record<string, ContentfulStatusCode>> = {
  idempotency_key_missing: 400,
  idempotency_key_malformed: 400,
  body_malformed: 400,
  request_invalid: 422,
  recover_by_nobody: 422,
  shutting_down: 503,
  agent_in_backoff: 503,
  recover_in_backoff: 503,
  request_in_doubt: 503,
  latch_not_written: 503,
};

export function answerFault(
  context: Context<HttpEnv>,
  fault: Fault,
  refused: (code: string) => void,
): Response {
  refused(fault.code);
  const isStore = fault.code.startsWith("store_") && fault.code !== "store_conflict";
  const status = isStore ? 503 : (statusByCode[fault.code] ?? 409);
  return errorAnswer(context, status, fault);
}

/** Nothing at all counts as an empty object. Fault: body_malformed. */
export async function readBody(context: Context<HttpEnv>): Promise<Result<unknown, Fault>> {
  const text = await context.req.text();
  if (text.trim() === "") return ok({});
  const parsed = parseJson(text);
  return parsed.ok ? parsed : err({ code: "body_malformed", message: parsed.fault.message });
}

/** Nobody here passes over a field of an order that it does not know. */
function strictIntent(body: unknown): Result<Intent, Fault> {
  const read = intentCodec.read(body);
  if (!read.ok) return read;
  const written = intentCodec.write(body as Intent);
  return written.ok ? read : written;
}

/** One line of at most 120 characters; everything else is nothing. */
function textOf(body: unknown, name: string): string {
  const value: unknown =
    typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === "string" && /^[^\p{Cc}\p{Cs}]{1,120}$/u.test(value) ? value : "";
}

function statusOf(status: number): ContentfulStatusCode {
  return status === 200 || status === 202 ? status : 409;
}

function recoverMessage(code: string): string {
  return messageByCode[code] ?? "the agent cannot go on now";
}

const messageByCode: Readonly<Record<string, string>> = {
  recover_by_nobody: 'say who recovers it: {"by": "NAME"}',
  recover_switch_halted: "the kill switch or its latch still halts; see gates in GET /state",
  recover_data_stale: "market data is not fresh; see gates in GET /state",
  recover_in_backoff: "it waits after a failure; see not_before_utc in GET /state",
  venue_not_configured: "this process has no venue (--venue), and nothing to be recovered for",
  shutting_down: "the agent ends",
};
