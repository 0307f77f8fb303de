/** How an act ended: with a value, with something thrown, or not within its bound. */
export type Outcome =
  | Readonly<{ state: "value"; value: unknown }>
  | Readonly<{ state: "thrown"; thrown: unknown }>
  | Readonly<{ state: "hung"; afterMs: number }>;

/** Waits for an act, but not for ever. */
export async function settle(act: () => Promise<unknown>, boundMs: number): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const timer = setTimeout(() => resolve({ state: "hung", afterMs: boundMs }), boundMs);
  run(act).then(resolve, (thrown: unknown) => resolve({ state: "thrown", thrown }));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

async function run(act: () => Promise<unknown>): Promise<Outcome> {
  return { state: "value", value: await act() };
}
