import { codeMessage, findCode } from "#okx";
import { type HttpAnswer, jsonHeaders } from "../http/message.ts";
import { type Refusal, type Reply, refusalText } from "./reply.ts";

/** Code and words of an answer as a whole. */
export type Envelope = Readonly<{ code: string; msg: string; data: string; httpStatus: number }>;

/** A reply as text, with the status that its code goes with. */
export function envelopeOf(reply: Reply<unknown>): Envelope {
  switch (reply.type) {
    case "rows":
      return { code: "0", msg: "", data: JSON.stringify(reply.rows), httpStatus: 200 };
    case "verdicts": {
      const { rows, failed } = reply;
      const code = failed === 0 ? "0" : failed === rows.length ? "1" : "2";
      const msg = failed === 0 ? "" : codeMessage(code);
      return { code, msg, data: JSON.stringify(rows), httpStatus: 200 };
    }
    case "refused":
      return refusalEnvelope(reply);
  }
}

function refusalEnvelope(refusal: Refusal): Envelope {
  const httpStatus = findCode(refusal.code)?.httpStatus ?? 200;
  return { code: refusal.code, msg: refusalText(refusal), data: "[]", httpStatus };
}

/** Times in microseconds stand in the answers to writes. */
export type GatewayTimes = Readonly<{ inMicros: number; outMicros: number }>;

export function answerOf(
  { code, msg, data, httpStatus }: Envelope,
  times: GatewayTimes | null,
): HttpAnswer {
  const stamps =
    times === null ? "" : `,"inTime":"${times.inMicros}","outTime":"${times.outMicros}"`;
  const words = msg === "" ? '""' : JSON.stringify(msg);
  const body = `{"code":"${code}","data":${data},"msg":${words}${stamps}}`;
  return { status: httpStatus, headers: jsonHeaders, body };
}

/** Errors of the web server in front of the service. */
export function plainAnswer(status: number, msg: string): HttpAnswer {
  return {
    status,
    headers: jsonHeaders,
    body: `{"code":"${status}","data":[],"msg":${JSON.stringify(msg)}}`,
  };
}

/** What a gateway says when what stands behind it is gone: no JSON at all. */
export function gatewayAnswer(status: 500 | 502 | 503 | 504): HttpAnswer {
  const words = gatewayWords[status];
  return {
    status,
    headers: { "content-type": "text/html" },
    body: `<html><head><title>${status} ${words}</title></head><body>${words}</body></html>`,
  };
}

const gatewayWords = {
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Time-out",
} as const;
