import type { Fault, Result } from "#base";
import type { JsonRecord } from "#evidence";
import type { CallRecord } from "../port.ts";
import { type CallPurpose, callLine } from "./call-line.ts";
import type { EvidenceSink, LandedLine, LineBody } from "./evidence-sink.ts";
import type { Redactor } from "./redact.ts";

/** Lands every call of a run: of the broker, of the preflight, of the auditor. */
export type CallRecorder = Readonly<{
  /** The name of the next call; an attempt names its call before it is made. */
  nextCallId: () => string;
  record: (call: CallRecord, purpose: CallPurpose) => Promise<RecordedCall>;
  /** A call that carries out no attempt. */
  query: (
    call: CallRecord,
    about?: Partial<Pick<CallPurpose, "component" | "clOrdId" | "ordId">>,
  ) => Promise<RecordedCall>;
}>;

/** The line of a call, and whether it is durable. */
export type RecordedCall = Readonly<{
  callId: string;
  line: LineBody<"exchange_api_calls">;
  landed: Result<LandedLine, Fault>;
}>;

export type CallRecorderOptions = Readonly<{
  sink: EvidenceSink;
  redactor: Redactor;
  accountIdHash: string;
  /** Calls of the run that were named before this process began. */
  callsBefore: number;
  /** Sees each line with the raw answer, redacted: for raw samples. */
  onRecorded?: (line: LineBody<"exchange_api_calls">, raw: JsonRecord, at: LandedLine) => void;
}>;

export function createCallRecorder(options: CallRecorderOptions): CallRecorder {
  const { sink, redactor, accountIdHash } = options;
  let named = options.callsBefore;

  function nextCallId(): string {
    named += 1;
    return `c${String(named).padStart(8, "0")}`;
  }

  async function record(call: CallRecord, purpose: CallPurpose): Promise<RecordedCall> {
    const line = callLine(call, purpose, { accountIdHash, redactor });
    const landed = await sink.append("exchange_api_calls", line);
    if (landed.ok) options.onRecorded?.(line, redactor.record({ answer: call.raw }), landed.value);
    return { callId: purpose.callId, line, landed };
  }

  return {
    nextCallId,
    record,
    query: async (call, about = {}) => {
      const purpose = { component: "broker", clOrdId: null, ordId: null, ...about } as const;
      const callId = nextCallId();
      return record(call, { ...purpose, callId, operation: "query", attemptId: null });
    },
  };
}
