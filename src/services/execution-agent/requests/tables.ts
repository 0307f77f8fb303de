import type { Migration } from "#mesh";

/** One request to execute, by its key; `answer` is null while it is under way. */
export type RequestRow = {
  idempotency_key: string;
  request_sha256: string;
  intent_id: string;
  /** Venue and account that it was taken for. */
  place: string;
  intent: string;
  status: number | null;
  answer: string | null;
  taken_utc: string;
  answered_utc: string | null;
};

export type ExecutionTables = { execution_agent_requests: RequestRow };

export const migrations: readonly Migration[] = [
  {
    id: "0001_requests",
    tables: [
      {
        name: "execution_agent_requests",
        columns: {
          idempotency_key: "text",
          request_sha256: "text",
          intent_id: "text",
          place: "text",
          intent: "text",
          status: "integer null",
          answer: "text null",
          taken_utc: "text",
          answered_utc: "text null",
        },
        key: ["idempotency_key"],
        unique: [["intent_id"]],
      },
    ],
  },
];
