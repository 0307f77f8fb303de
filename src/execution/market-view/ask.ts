import type { Answer, Venue } from "#venues";

/** An answer and the line of exchange_api_calls.jsonl that holds its call. */
export type Asked<T> = Readonly<{ answer: Answer<T>; callId: string }>;

/** Asks the venue one question and records the call before anybody uses the answer. */
export type AskVenue = <T>(
  question: (venue: Venue) => Promise<Answer<T>>,
  about?: Readonly<{ clOrdId?: string; ordId?: string }>,
) => Promise<Asked<T>>;
