/** An expected failure: a stable lower_snake code, one clear sentence, and where it happened. */
export type Fault = Readonly<{ code: string; message: string; at?: string }>;

/** What a caller must decide about. Bugs are never a Result; they throw a Defect. */
export type Result<T, F> = Readonly<{ ok: true; value: T }> | Readonly<{ ok: false; fault: F }>;

export function ok<T>(value: T): Readonly<{ ok: true; value: T }> {
  return { ok: true, value };
}

export function err<F>(fault: F): Readonly<{ ok: false; fault: F }> {
  return { ok: false, fault };
}
