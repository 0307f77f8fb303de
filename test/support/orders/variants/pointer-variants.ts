import { withoutAudit } from "./answer-variants.ts";
import { editJson, editLines, must, restsOnLevels, type Variant, variant } from "./variant.ts";

const refs = "step41_evidence_refs";
const index = "step43_ref_index";

/** Listed, owed, and read by no claim. */
const unread = "okx_rest_raw_samples.json";

type Entry = { rel_path: string; byte_size: number };

/** Refs and the index of files. */
export const pointerVariants: readonly Variant[] = [
  variant(refs, "ref_required", "a freeze that points at nothing", {
    linked: ({ session }) => void (must(session.freezes[0]).evidence_refs = []),
  }),
  variant(
    refs,
    "ref_file_missing",
    "a ref into a file that is not there",
    { linked: ({ session }) => void (freezeRef(session).file = "nowhere.jsonl") },
    { also: [index] },
  ),
  variant(refs, "ref_range_invalid", "a range that ends before it starts", {
    linked: ({ session }) => void (freezeRef(session).line_start = 3),
  }),
  variant(refs, "ref_range_outside", "a range behind the end of its file", {
    linked: ({ session }) => void (freezeRef(session).line_end = 999),
  }),
  variant(refs, "ref_digest_differs", "a tampered digest", {
    linked: ({ session }) => void (freezeRef(session).sha256 = "ab".repeat(32)),
  }),
  variant(
    refs,
    "ref_line_unreadable",
    "a ref to a line that is no record",
    {
      texts: (texts) => editLines(texts, "ledger_ticks.jsonl", (lines) => void (lines[0] = "torn")),
    },
    { also: ["order_files", "order_stream"] },
  ),
  variant(
    refs,
    "ref_run_differs",
    "a ref to a record of another run",
    { session: ({ ticks }) => void (must(ticks[0]).run_id = "AUDIT_0123456789abcdef") },
    { also: ["order_stream"] },
  ),
  variant(refs, "ref_scope_differs", "a ref to a record of another audit", {
    linked: ({ session, ref }) => {
      must(session.freezes[0]).evidence_refs = [
        { ...ref("order_status_samples.jsonl", 1, 1), audit_scope_id: "audit_0002" },
      ];
    },
  }),
  variant(refs, "ref_not_homogeneous", "a ref over pages of two queries", {
    linked: ({ session, ref }) => {
      must(session.freezes[0]).evidence_refs = [ref("paging_traces.jsonl", 1, 3)];
    },
  }),
  variant(
    refs,
    "no_refs",
    "a run in which nothing points at anything",
    {},
    { gap: true, spec: { audited: false, frozen: false, agents: 3 }, also: withoutAudit() },
  ),
  variant(index, "index_disordered", "an index out of order", {
    files: (texts) => editIndex(texts, (entries) => void entries.reverse()),
  }),
  variant(index, "index_differs", "an index that gives another size", {
    files: (texts) => editIndex(texts, (entries) => void (must(entries[0]).byte_size += 1)),
  }),
  variant(index, "index_differs", "a record changed after the index was written", {
    files: (texts) =>
      editLines(texts, "ledger_ticks.jsonl", (lines) => {
        lines[4] = must(lines[4]).replace('"9998.5"', '"9999.5"');
      }),
  }),
  variant(index, "index_file_missing", "an index that leaves a file out", {
    files: (texts) => editIndex(texts, (entries) => void entries.pop()),
  }),
  variant(index, "index_differs", "a file that no claim reads, changed after it was listed", {
    files: (texts) => void texts.set(unread, `${must(texts.get(unread))}\n`),
  }),
  variant(
    index,
    "index_differs",
    "a file that no claim reads, gone after it was listed",
    { files: (texts) => void texts.delete(unread) },
    { also: ["tier_contract"] },
  ),
  variant(index, "index_file_missing", "a file that no claim reads, added unlisted", {
    files: (texts) => void texts.set("okx_rest_more_samples.jsonl", "{}\n"),
  }),
  variant(
    "step88_p5_auditor_join",
    "p5_ref_broken",
    "a sample changed after the report pointed at it",
    {
      texts: (texts) =>
        editLines(texts, "order_status_samples.jsonl", (lines) => {
          lines[0] = must(lines[0]).replace('"source":"ws_update"', '"source":"rest_query"');
        }),
    },
    { also: [refs, ...restsOnLevels] },
  ),
];

type Session = Parameters<NonNullable<Variant["edits"]["session"]>>[0];

function freezeRef(session: Session): Session["freezes"][number]["evidence_refs"][number] {
  return must(must(session.freezes[0]).evidence_refs[0]);
}

function editIndex(texts: Map<string, string>, edit: (entries: Entry[]) => void): void {
  editJson(texts, "evidence_ref_index.json", (record) => edit(record["entries"] as Entry[]));
}
