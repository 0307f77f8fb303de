import type { Preparation } from "../preparation.ts";
import type { KeyName, StageRule } from "../stage.ts";
import type { OperationId } from "./operation-ids.ts";
import type { RowTable } from "./row-table.ts";

/** One act, whichever library does it, and the circumstances in which it is done. */
export type Operation = Readonly<{
  id: OperationId;
  title: string;
  group: OperationGroup;
  /** What it does to the venue: writes need leave to go out, cancels never do. */
  effect: "reads" | "writes" | "cancels";
  begins: Preparation;
  /** Whose key; `forged`: the trader's with another secret. */
  key: KeyName | "forged";
  /** Whether the library says that it means the demo environment. */
  demo: boolean;
  fault: StageRule | null;
  /** What the library is told to wait for an answer. */
  timeoutMs: number;
  /** When the venue is told to forget the request, from its present time. */
  expiresInMs: number | null;
  rows: RowTable | null;
  /** Headers of any name are compared, or only those that change what is asked. */
  headers: "all" | "telling";
  /** Whether all ask the same questions, so that parameters can be compared one by one. */
  sameQuestions: boolean;
}>;

export type OperationGroup =
  | "public"
  | "account"
  | "orders"
  | "paging"
  | "errors"
  | "pace"
  | "streams";

type Given = Pick<Operation, "id" | "title" | "group"> & Partial<Operation>;

export function operation(given: Given): Operation {
  return {
    effect: "reads",
    begins: "flat",
    key: "trader",
    demo: true,
    fault: null,
    timeoutMs: 5000,
    expiresInMs: null,
    rows: null,
    headers: "telling",
    sameQuestions: true,
    ...given,
  };
}
