import { z } from "@hono/zod-openapi";

/** Rows of a page when nothing is said. */
export const pageLimit = 50;

type PageShape = z.ZodObject<{
  limit: z.ZodOptional<z.ZodType<number, string>>;
  after: z.ZodOptional<z.ZodType<string, string>>;
}>;

/** `?limit=..&after=..`, where `after` is the `next` of the page before. */
export function pageQuery(): PageShape {
  return z.object({
    limit: limit.optional().openapi({ param: { name: "limit", in: "query" }, type: "integer" }),
    after: after.optional().openapi({ param: { name: "after", in: "query" } }),
  });
}

const limit: z.ZodType<number, string> = z
  .string()
  .regex(/^\d{1,3}$/, "must be a whole number")
  .transform(Number)
  .refine((rows) => rows >= 1 && rows <= 200, "must be from 1 to 200");

/** An id, of whatever is listed. */
const after: z.ZodType<string, string> = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/, "must be the `next` of the page before");
