import * as z from "zod";
import { type Approval, formatChallenge, parseChange } from "#arming";
import { base64ToBytes, err, type Fault, isoFromMillis, ok, type Result } from "#base";
import type { HttpApp, Secret } from "#mesh";
import type { AgentArming } from "../arm/open-arming.ts";
import { answerFault, readBody } from "./add-routes.ts";
import { authorise } from "./authorise.ts";

export type ArmRouteParts = Readonly<{
  http: HttpApp;
  key: Secret | null;
  /** Why this process cannot be armed, where it cannot. */
  arming: () => Result<AgentArming, Fault>;
  isClosed: () => boolean;
  look: () => Promise<void>;
  /** After anything that may have changed what is armed; writes it down. */
  acted: (type: string, body: Readonly<Record<string, string | null>>) => Promise<void>;
  refused: (code: string) => void;
}>;

/** A change and the signatures over it, as the files are, in base64. */
const armBody = z.strictObject({
  change: z.string().max(32_768),
  approvals: z
    .array(z.strictObject({ name: z.string().min(1).max(200), content: z.string().max(98_304) }))
    .max(16),
});

/**
 * The door for two people: a challenge, then the change that they signed. The key of the agent
 * opens the door and approves nothing.
 */
export function addArmRoutes(parts: ArmRouteParts): void {
  const { http, key, refused, acted } = parts;
  const guard = authorise(key, refused);
  http.use("/arm/challenge", guard);
  http.use("/arm", guard);

  http.get("/arm/challenge", async (context) => {
    const arming = parts.arming();
    if (!arming.ok) return answerFault(context, arming.fault, refused);
    const issued = arming.value.target.issueChallenge();
    if (!issued.ok) return answerFault(context, issued.fault, refused);
    await acted("challenge_issued", { nonce: issued.value.nonce });
    const text = formatChallenge(issued.value);
    context.header("content-type", "application/json");
    return context.body(new Uint8Array(text));
  });

  http.post("/arm", async (context) => {
    const body = await readBody(context);
    if (!body.ok) return answerFault(context, body.fault, refused);
    const read = readArm(body.value);
    if (!read.ok) return answerFault(context, read.fault, refused);
    if (parts.isClosed()) {
      const message = "the agent ends";
      return answerFault(context, { code: "shutting_down", message }, refused);
    }
    const arming = parts.arming();
    if (!arming.ok) return answerFault(context, arming.fault, refused);
    // Nothing that it is judged by may be older than the question.
    await parts.look();
    const { live } = arming.value;
    const done = live.submit(read.value.change, read.value.approvals);
    if (!done.ok) {
      const { code, message, changeId } = done.fault;
      await acted("arm_refused", { change_id: changeId, code });
      return answerFault(context, { code, message }, refused);
    }
    const { op, effect, changeId } = done.value;
    await acted("change_admitted", { change_id: changeId, op, effect });
    const armed = live.arming();
    const until = armed.state === "armed" ? isoFromMillis(armed.window.notAfterMs) : null;
    return context.json({ op, effect, change_id: changeId, armed_until_utc: until });
  });

  // Anybody disarms, alone and at once.
  http.post("/disarm", async (context) => {
    const arming = parts.arming();
    if (!arming.ok) return answerFault(context, arming.fault, refused);
    const { state } = arming.value.live.end("disarm");
    await acted("disarmed", { reason: "disarmed_by_person" });
    return context.json({ state });
  });
}

type ArmRequest = Readonly<{ change: Uint8Array; approvals: readonly Approval[] }>;

function readArm(body: unknown): Result<ArmRequest, Fault> {
  const read = armBody.safeParse(body);
  if (!read.success) {
    const issue = read.error.issues[0];
    const at = issue?.path.map(String).join(".") ?? "";
    return err({ code: "request_invalid", message: issue?.message ?? "not understood", at });
  }
  const change = base64ToBytes(read.data.change);
  if (!change.ok) return err({ ...change.fault, code: "request_invalid", at: "change" });
  const approvals: Approval[] = [];
  for (const { name, content } of read.data.approvals) {
    const bytes = base64ToBytes(content);
    if (!bytes.ok) return err({ ...bytes.fault, code: "request_invalid", at: name });
    approvals.push({ name, bytes: bytes.value });
  }
  return withDoableOp({ change: change.value, approvals });
}

/** A proof for what nobody here carries out is not even made. */
function withDoableOp(request: ArmRequest): Result<ArmRequest, Fault> {
  const parsed = parseChange(request.change);
  // What is no change is refused, and written down, by the target.
  if (!parsed.ok) return ok(request);
  const { op } = parsed.value;
  if (op !== "RAISE_LIMIT" && op !== "FLATTEN") return ok(request);
  return err({ code: "op_not_done_here", message: `this agent does not carry out ${op}` });
}
