import { Defect } from "#base";
import type { CodeKind, CodeRow } from "./code.ts";
import { generalCodes, streamCodes } from "./general.ts";
import { managingCodes, placingCodes } from "./trading.ts";

export type VenueCode = Readonly<{
  code: string;
  /** Status of an HTTP answer with this code; null for codes of the WebSocket. */
  httpStatus: number | null;
  kind: CodeKind;
  message: string;
}>;

/** Every code that is spoken here, in ascending order. */
export const venueCodes: readonly VenueCode[] = [
  ...generalCodes,
  ...streamCodes,
  ...placingCodes,
  ...managingCodes,
]
  .map(readRow)
  .sort((a, b) => Number(a.code) - Number(b.code));

/** What is known of a code, or null. */
export function findCode(code: string): VenueCode | null {
  return venueCodeByCode.get(code) ?? null;
}

/** The words of a code, with `params` in place of {0}, {1}. Only codes of the table can be said. */
export function codeMessage(code: string, params: readonly string[] = []): string {
  const known = findCode(code);
  if (known === null) throw new Defect(`no venue code ${code}`);
  return known.message.replace(/\{(\d)\}/g, (mark, index: string) => params[Number(index)] ?? mark);
}

const venueCodeByCode: ReadonlyMap<string, VenueCode> = new Map(
  venueCodes.map((each) => [each.code, each]),
);

function readRow([code, status, kind, message]: CodeRow): VenueCode {
  return { code, httpStatus: status === 0 ? null : status, kind, message };
}
