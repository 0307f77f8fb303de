import type { DifferenceKind } from "./kinds.ts";

/**
 * How bad a difference is for whoever changes the library and does nothing about it.
 * - S0: money is moved, or kept from being moved, other than was asked, and nobody is told.
 * - S1: a number, an outcome or a secret is wrong, lost or open.
 * - S2: something is missing, or means something else, and can be had in another way.
 * - S3: another spelling of the same.
 */
export type Severity = "S0" | "S1" | "S2" | "S3";
export const severityLevels: readonly Severity[] = ["S0", "S1", "S2", "S3"];

export type KindNote = Readonly<{
  severity: Severity;
  /** The difference in a sentence. */
  title: string;
  /** What keeps it from doing harm here. */
  mitigation: string;
  next: string;
}>;

const rows = "our adapters hand on OKX's own row, never the library's reading of it";
const wire = "our adapters build the request themselves and send it by the library's plain call";
const errors = "our adapters judge status and text of the answer, never the library's class";
const again = "compare again with the next version of either library";
const atVenue = "do the same at OKX's demo: assay venue diff --url";

type Line = readonly [severity: Severity, title: string, mitigation: string, next: string];

const lines: Readonly<Record<DifferenceKind, Line>> = {
  outcome_differs: ["S0", "one says it is done where another fails", errors, atVenue],
  effect_differs: ["S0", "the same call leaves another state at the venue", wire, atVenue],
  effect_hidden: ["S0", "the venue's state differs in what no answer shows", wire, atVenue],
  effect_named: [
    "S3",
    "what is left carries another name or tag",
    "orders are known by our own client order id; a tag is never relied on",
    again,
  ],
  sent_again: [
    "S0",
    "a request is sent again by the library itself",
    "writes carry a client order id, and doubt is resolved by a query",
    again,
  ],
  answer_differs: [
    "S1",
    "the venue answered the same question differently",
    "the state was not the same: this act proves nothing",
    "find what moved, and compare again",
  ],
  path_differs: ["S2", "another endpoint is called, with limits of its own", wire, again],
  calls_differ: [
    "S2",
    "another number of requests",
    "requests are counted at the venue and in the rate budget",
    again,
  ],
  tag_added: [
    "S3",
    "the library adds a tag of its own",
    "tags are told apart from ours; where a tag narrows the request it is not sent",
    again,
  ],
  param_added: ["S2", "something is sent that nobody asked for", wire, again],
  param_missing: ["S1", "something that was asked for is not sent", wire, atVenue],
  param_changed: ["S1", "something else is sent than was asked for", wire, atVenue],
  param_typed: ["S3", "the same value as another JSON type", wire, again],
  header_added: ["S3", "a header more", "none is needed: OKX does not read it", again],
  header_missing: ["S2", "a header less", "our adapters set the headers that OKX reads", again],
  header_changed: [
    "S3",
    "a header with another value",
    "none is needed: OKX does not read it",
    again,
  ],
  not_offered: [
    "S2",
    "the library has no call for it",
    "our adapters use the library's plain call by path",
    again,
  ],
  number_for_text: ["S3", "decimal text becomes a number that still says the same", rows, again],
  precision_lost: [
    "S1",
    "decimal text becomes a number that says something else in its last digits",
    rows,
    again,
  ],
  sign_differs: ["S1", "the sign is turned or dropped", rows, again],
  unit_differs: ["S1", "the same name counts in another unit", rows, again],
  value_differs: ["S1", "the library says another value than OKX", rows, again],
  field_absent: ["S2", "what OKX says is in the raw row only", rows, again],
  field_invented: ["S2", "the library says something where OKX says nothing", rows, again],
  empty_differs: ["S3", "empty text has another form", rows, again],
  word_differs: ["S3", "a word has another word for it", rows, again],
  rows_differ: ["S1", "other rows are given", rows, again],
  row_order: [
    "S2",
    "rows come in another order",
    "rows are told apart by their ids, and pages go by OKX's cursor",
    again,
  ],
  local_refusal: ["S2", "refused before anything was sent", errors, again],
  error_form: ["S3", "the same refusal has another form", errors, again],
  error_meaning: ["S1", "whether it can have happened is told otherwise", errors, atVenue],
  error_untold: ["S2", "the error does not say which refusal it was", errors, again],
  error_secret: [
    "S1",
    "the error carries a key, a passphrase or a signature",
    "errors of a library are never written down; what is recorded is redacted",
    again,
  ],
  act_hung: ["S1", "no end within the bound", "every call here has a bound of its own", again],
  pace_differs: [
    "S2",
    "requests wait for each other",
    "the library's queue is off: the broker keeps the budget",
    again,
  ],
  settings_differ: [
    "S2",
    "another behaviour unless told otherwise",
    "our adapters set every one of them",
    again,
  ],
  stream_address: ["S3", "another address", "none is needed: the venue reads its path", again],
  stream_connections: [
    "S2",
    "another number of connections",
    "a lost connection ends the stream here: whoever follows must know of the gap",
    again,
  ],
  stream_frames: [
    "S3",
    "other words to the venue",
    "none is needed: it understood them alike",
    again,
  ],
  stream_events: [
    "S1",
    "the end of a stream is told otherwise",
    "a lost connection ends the stream here: whoever follows must know of the gap",
    atVenue,
  ],
};

/** What a kind means wherever it is seen. */
export function kindNote(kind: DifferenceKind): KindNote {
  const [severity, title, mitigation, next] = lines[kind];
  return { severity, title, mitigation, next };
}
