import { z } from "zod";
import { type Fault, parseJson } from "#base";
import { errorAnswer, type HttpApp } from "#mesh";
import type { Ledger } from "./ledger/ledger.ts";
import type { Poller } from "./poller.ts";
import { refusedCodes } from "./trade/defect.ts";

/** What the service answers beside the routes of every service. All of it is GET. */
export function addCongressRoutes(app: HttpApp, ledger: Ledger, poller: Poller): void {
  app.get("/disclosures", async (context) => {
    const query = disclosureQuery.safeParse(context.req.query());
    if (!query.success) return errorAnswer(context, 400, badQuery(query.error));
    const { ticker = null, since = null, limit } = query.data;
    const found = await ledger.disclosures({ ticker, since, limit });
    if (!found.ok) return errorAnswer(context, 503, found.fault);
    // They were written as canonical JSON by the ledger.
    return context.json({ disclosures: found.value.map((body) => valueOf(body)) });
  });
  app.get("/defects", async (context) => {
    const query = defectQuery.safeParse(context.req.query());
    if (!query.success) return errorAnswer(context, 400, badQuery(query.error));
    const { code = null, limit } = query.data;
    const found = await ledger.defects(code, limit);
    return found.ok
      ? context.json({ defects: found.value })
      : errorAnswer(context, 503, found.fault);
  });
  app.get("/ingest", async (context) => {
    const [totals, marks] = [await ledger.totals(), await ledger.watermarks()];
    if (!totals.ok) return errorAnswer(context, 503, totals.fault);
    if (!marks.ok) return errorAnswer(context, 503, marks.fault);
    const sources = poller.states();
    return context.json({
      ...totals.value,
      refused_codes: refusedCodes,
      sources,
      marks: marks.value,
    });
  });
}

const limit = z
  .string()
  .regex(/^[1-9]\d{0,3}$/)
  .transform(Number)
  .refine((count) => count <= 1000, "at most 1000")
  .default(100);

const disclosureQuery = z.strictObject({
  ticker: z.string().min(1).max(25).optional(),
  since: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional(),
  limit,
});

const defectQuery = z.strictObject({
  code: z
    .string()
    .regex(/^[a-z_]{1,40}$/)
    .optional(),
  limit,
});

function badQuery({ issues }: z.ZodError): Fault {
  const issue = issues[0];
  const at = issue?.path.join(".") ?? "";
  const message = `the query is not understood: ${at} ${issue?.message ?? ""}`;
  return { code: "request_invalid", message, at };
}

function valueOf(body: string): unknown {
  const json = parseJson(body);
  return json.ok ? json.value : null;
}
