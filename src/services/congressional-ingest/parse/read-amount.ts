/** Bounds in whole dollars; `max` null: none was given. */
export type AmountRange = Readonly<{
  min: number;
  max: number | null;
  /** `open`: it says that there is no upper bound. `cut_off`: it should name one and does not. */
  upper: "given" | "open" | "cut_off";
}>;

/**
 * Reads `$1,001 - $15,000`, `$1,000,000 +`, `Over $50,000,000` and the cut-off `$1,001 -`. Null for
 * anything else, such as `Unknown`.
 */
export function readAmount(text: string): AmountRange | null {
  const trimmed = text.trim();
  const range = rangeForm.exec(trimmed);
  if (range !== null) {
    const [min, max] = [dollars(range[1]), dollars(range[2])];
    return min === null || max === null || max < min ? null : { min, max, upper: "given" };
  }
  const open = openForm.exec(trimmed) ?? overForm.exec(trimmed);
  if (open !== null) return withoutUpper(dollars(open[1]), "open");
  const cut = cutForm.exec(trimmed);
  return cut === null ? null : withoutUpper(dollars(cut[1]), "cut_off");
}

/** Half of the sum of the bounds as decimal text; null without an upper one. */
export function midpointText({ min, max }: AmountRange): string | null {
  if (max === null) return null;
  const sum = min + max;
  return `${Math.floor(sum / 2)}${sum % 2 === 0 ? "" : ".5"}`;
}

const rangeForm = /^\$([\d,]+)\s*-\s*\$([\d,]+)$/;
const openForm = /^\$([\d,]+)\s*\+$/;
const overForm = /^Over\s+\$([\d,]+)$/i;
const cutForm = /^\$([\d,]+)\s*-$/;

function withoutUpper(min: number | null, upper: "open" | "cut_off"): AmountRange | null {
  return min === null ? null : { min, max: null, upper };
}

/** Groups of three behind commas, or no comma at all; up to 999 billion. */
function dollars(text: string | undefined): number | null {
  if (text === undefined || !/^(?:\d{1,3}(?:,\d{3}){0,3}|\d{1,12})$/.test(text)) return null;
  return Number(text.replaceAll(",", ""));
}
