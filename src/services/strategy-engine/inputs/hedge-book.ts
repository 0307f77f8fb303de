import * as z from "zod";
import { err, type Fault, ok, parseJson, type Result } from "#base";
import type { HedgeBook } from "#strategies";

const book: z.ZodType<HedgeBook> = z.strictObject({
  shares: z.int(),
  options: z.array(
    z.strictObject({
      contract_symbol: z.string().min(1).max(40),
      right: z.enum(["CALL", "PUT"]),
      strike: z.string().max(40),
      expiration: z.iso.date(),
      quantity: z.int(),
    }),
  ),
});

/** What is held, as JSON `{shares, options}`. Fault: input_malformed. */
export function parseHedgeBook(text: string): Result<HedgeBook, Fault> {
  const json = parseJson(text);
  const read = json.ok ? book.safeParse(json.value) : null;
  if (read?.success === true) return ok(read.data);
  const issue = read?.error.issues[0];
  const message = json.ok
    ? `the book: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`
    : json.fault.message;
  return err({ code: "input_malformed", message });
}
