/** Something that must not be, where it is, and a stable lower_snake code for it. */
export type Finding<Code extends string> = Readonly<{
  code: Code;
  /** The file, and the line where it is known: `death_events.jsonl line 17`. */
  at: string;
  message: string;
}>;

/** Collects findings up to a bound and counts the rest. */
export type Findings<Code extends string> = Readonly<{
  add: (code: Code, at: string, message: string) => void;
  list: readonly Finding<Code>[];
  readonly count: number;
}>;

/** More would help nobody and could fill the memory. */
const maxListed = 500;

export function collectFindings<Code extends string>(): Findings<Code> {
  const list: Finding<Code>[] = [];
  let count = 0;
  return {
    add(code, at, message): void {
      count += 1;
      if (list.length < maxListed) list.push({ code, at, message });
    },
    list,
    get count(): number {
      return count;
    },
  };
}

export type SealFinding = Finding<SealFindingCode>;
export type SealFindings = Findings<SealFindingCode>;

export type SealFindingCode =
  /** Signatures, keys, threshold. */
  | "seal_statement_unreadable"
  | "seal_signature_wrong"
  | "seal_signer_untrusted"
  | "seal_key_expired"
  | "seal_threshold_missed"
  | "seal_sealers_differ"
  | "seal_origin_differs"
  | "seal_run_differs"
  /** The seal's own files. */
  | "seal_sums_unreadable"
  | "seal_subjects_differ"
  | "seal_checkpoint_wrong"
  | "seal_table_unreadable"
  | "seal_table_differs"
  | "seal_leaf_hashes_differ"
  | "seal_proof_wrong"
  /** Files and records. */
  | "seal_file_missing"
  | "seal_file_unlisted"
  | "seal_file_unreadable"
  | "seal_file_not_regular"
  | "seal_file_differs"
  | "seal_record_differs"
  | "seal_records_missing"
  | "seal_records_added"
  | "seal_root_differs";
