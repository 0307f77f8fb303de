import { JetStreamApiError, JetStreamError } from "@nats-io/jetstream";
import { errors } from "@nats-io/transport-node";
import { err, ok, type Result } from "#base";
import { type BusFault, type BusFaultCode, busFault } from "./bus-fault.ts";

/**
 * Does something with the server and translates what it or the client library throws, once.
 * Anything else that is thrown is a bug and passes through.
 */
export async function attemptNats<T>(
  at: string,
  act: () => Promise<T>,
): Promise<Result<T, BusFault>> {
  try {
    return ok(await act());
  } catch (cause) {
    return err(natsFault(at, cause));
  }
}

export function natsFault(at: string, cause: unknown): BusFault {
  if (!(cause instanceof Error) || cause instanceof TypeError || cause instanceof RangeError) {
    throw cause;
  }
  const code = codeOf(cause);
  return busFault(code, sentences[code] ?? cause.message, at);
}

/** Code numbers of JetStream's own errors, beside those that the library names. */
export const streamCodes = {
  wrongLastSequence: 10_071,
  consumerNotFound: 10_014,
  streamNotFound: 10_059,
  messageNotFound: 10_037,
  sealed: 10_109,
} as const;

export function apiCodeOf(cause: unknown): number | null {
  return cause instanceof JetStreamApiError ? cause.code : null;
}

function codeOf(cause: Error): BusFaultCode {
  if (cause instanceof JetStreamApiError) return codeByApiCode[cause.code] ?? "bus_failed";
  // The library does not export this class.
  if (cause.name === "JetStreamNotEnabled") return "bus_without_jetstream";
  const named = classes.find(([kind]) => cause instanceof kind);
  if (named !== undefined) return named[1];
  // The library wraps what a request met: a time-out or nobody there.
  return cause.cause instanceof Error ? codeOf(cause.cause) : systemCode(cause);
}

type ErrorClass = new (...args: never[]) => Error;

const classes: readonly (readonly [ErrorClass, BusFaultCode])[] = [
  [errors.TimeoutError, "bus_timeout"],
  [errors.NoRespondersError, "bus_unreachable"],
  [errors.AuthorizationError, "bus_denied"],
  [errors.UserAuthenticationExpiredError, "bus_denied"],
  [errors.PermissionViolationError, "bus_denied"],
  [errors.ClosedConnectionError, "bus_unreachable"],
  [errors.DrainingConnectionError, "bus_unreachable"],
  [errors.ConnectionError, "bus_unreachable"],
];

const codeByApiCode: Readonly<Record<number, BusFaultCode>> = {
  10_008: "bus_unreachable",
  10_023: "bus_full",
  10_028: "bus_full",
  10_035: "bus_without_jetstream",
  10_039: "bus_without_jetstream",
  10_047: "bus_full",
  10_054: "bus_too_large",
  10_076: "bus_without_jetstream",
  10_077: "bus_full",
  [streamCodes.sealed]: "bus_sealed",
  10_122: "bus_full",
};

const sentences: Partial<Readonly<Record<BusFaultCode, string>>> = {
  bus_timeout: "the NATS server did not answer in time",
  bus_unreachable: "the NATS server cannot be reached",
  bus_without_jetstream: "the NATS server runs without JetStream: start it with -js",
  bus_sealed: "the bucket is sealed: nothing in it changes any more",
};

function systemCode(cause: Error): BusFaultCode {
  if (cause instanceof JetStreamError) return "bus_failed";
  const text = "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
  return /ECONN|ENOTFOUND|EAI_AGAIN|EHOST|ENET|ETIMEDOUT|CONNECTION/.test(text)
    ? "bus_unreachable"
    : "bus_failed";
}
