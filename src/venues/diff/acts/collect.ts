/** What came on a stream, as it comes; whoever waits for a further message gets it or an end. */
export type Collector = Readonly<{
  push: (message: unknown) => void;
  fail: (error: unknown) => void;
  /** Resolves when so many messages have come. Rejects with what `fail` was given. */
  until: (count: number) => Promise<readonly unknown[]>;
}>;

export function createCollector(): Collector {
  const messages: unknown[] = [];
  let failure: Readonly<{ error: unknown }> | null = null;
  let wake = (): void => {};
  return {
    push: (message) => {
      messages.push(message);
      wake();
    },
    fail: (error) => {
      failure ??= { error };
      wake();
    },
    async until(count) {
      while (messages.length < count) {
        if (failure !== null) throw asError(failure.error);
        const { promise, resolve } = Promise.withResolvers<null>();
        wake = (): void => resolve(null);
        await promise;
      }
      return messages.slice(0, count);
    },
  };
}

/** What a stream ended with, kept whole behind an error. */
class StreamFailure extends Error {
  override readonly name: string = "StreamFailure";
  readonly told: unknown;

  constructor(told: unknown) {
    super("the stream failed");
    this.told = told;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new StreamFailure(error);
}
