import type { ChannelArg } from "#okx";
import type { Envelope, GatewayTimes } from "../rest/envelope.ts";
import { type Refusal, refusalText } from "../rest/reply.ts";

/** Words of the venue on a connection that are no pushes. */
export type Frames = Readonly<{
  event: (event: string, id: string | null, more?: Readonly<Record<string, unknown>>) => string;
  error: (refusal: Refusal, id: string | null, arg?: ChannelArg) => string;
  answer: (op: string, id: string, envelope: Envelope, times: GatewayTimes) => string;
}>;

/** Every frame but pushes and answers names the connection. */
export function createFrames(connId: string): Frames {
  return {
    event: (event, id, more = {}) =>
      JSON.stringify({ ...(id === null ? {} : { id }), event, ...more, connId }),
    error: (refusal, id, arg) =>
      JSON.stringify({
        ...(id === null ? {} : { id }),
        event: "error",
        ...(arg === undefined ? {} : { arg }),
        msg: refusalText(refusal),
        code: refusal.code,
        connId,
      }),
    answer: (op, id, { code, msg, data }, { inMicros, outMicros }) =>
      `{"id":${JSON.stringify(id)},"op":"${op}","code":"${code}","msg":${JSON.stringify(msg)},` +
      `"data":${data},"inTime":"${inMicros}","outTime":"${outMicros}"}`,
  };
}
