import { z } from "zod";
import type { Json } from "#base";

/** What the parent says to a runtime: one JSON text a line, on its standard input. */
export type ToRuntime =
  | Readonly<{ type: "ask"; id: number; request: Json }>
  | Readonly<{ type: "stop" }>;

/**
 * What a runtime says to its parent, one JSON text a line; the parent believes none of it unread.
 * It is a plain pipe and not node's channel between processes: there a child may say things that
 * node itself takes as meant for it, and what does not parse ends the parent.
 */
export type FromRuntime =
  | Readonly<{ type: "ready" }>
  | Readonly<{ type: "beat" }>
  | Readonly<{ type: "answer"; id: number; answer: Json }>
  | Readonly<{ type: "unfit"; code: string; message: string }>;

export const fromRuntime: z.ZodType<FromRuntime> = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({ type: z.literal("beat") }),
  z.strictObject({ type: z.literal("answer"), id: z.int().min(1), answer: z.json() }),
  z.strictObject({
    type: z.literal("unfit"),
    code: z.string().max(64),
    message: z.string().max(512),
  }),
]);

/** The descriptor that a runtime answers on. */
export const answerFd = 3;

/** A runtime shows that it lives this often, whatever else it does. */
export const beatMs = 1_000;
