/** A plain HTTP exchange; header names in lower case. */
export type HttpRequest = Readonly<{
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}>;

export type HttpReply = Readonly<{ status: number; body: string }>;

/** Carries a request to the venue: over a socket, or a call into a service of this process. */
export type HttpSend = (request: HttpRequest) => HttpReply | Promise<HttpReply>;

/** Over HTTP. Throws what fetch throws, and a TimeoutError when the answer is not in by then. */
export function createHttpSend(baseUrl: string, timeoutMs: number): HttpSend {
  const root = baseUrl.replace(/\/+$/, "");
  return async ({ method, path, headers, body }) => {
    const response = await fetch(root + path, {
      method,
      headers,
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === "" ? {} : { body }),
    });
    return { status: response.status, body: await response.text() };
  };
}

/** Gives up on a service that answers too late; the request may have been carried out. */
export function withTimeout(send: HttpSend, timeoutMs: number): HttpSend {
  return (request) => {
    const reply = send(request);
    if (!(reply instanceof Promise)) return reply;
    const { promise, resolve, reject } = Promise.withResolvers<HttpReply>();
    const timer = setTimeout(() => {
      reject(new DOMException(`no answer within ${timeoutMs} ms`, "TimeoutError"));
    }, timeoutMs);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      act();
    };
    reply.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
    return promise;
  };
}
