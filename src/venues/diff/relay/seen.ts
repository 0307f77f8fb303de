/** One HTTP exchange as it passed between a library and the venue. */
export type SeenRequest = {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  /** As they came, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** When it came, on the monotonic clock of this process. */
  readonly atMs: number;
  answer: Readonly<{ status: number; body: string }> | null;
  /** Why there is no answer: the venue took the connection away, or we stopped the request. */
  lost: string | null;
};

/** One text frame of a stream. */
export type SeenFrame = Readonly<{ from: "library" | "venue"; text: string }>;

/** One stream connection, with the query of its address. */
export type SeenSocket = {
  readonly path: string;
  readonly frames: SeenFrame[];
  endedBy: "library" | "venue" | null;
};

/** Whether a request may go on to the venue; text says why not. */
export type Guard = (
  request: Readonly<{ method: string; path: string; body: string }>,
) => string | null;
