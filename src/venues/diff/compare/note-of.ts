import type { OperationId } from "../catalogue/operation-ids.ts";
import { type KindNote, kindNote } from "./kind-notes.ts";
import type { DifferenceKind } from "./kinds.ts";

/** What a kind means for this act; a few acts make one better or worse. */
export function noteOf(
  kind: DifferenceKind,
  operation: OperationId,
  subject: readonly string[],
): KindNote {
  const note = kindNote(kind);
  const special = specials.find(
    (each) =>
      each.kind === kind && each.operations.test(operation) && each.subject.test(subject.join(" ")),
  );
  return special === undefined ? note : { ...note, ...special.note };
}

type Special = Readonly<{
  kind: DifferenceKind;
  operations: RegExp;
  subject: RegExp;
  note: Partial<KindNote>;
}>;

const specials: readonly Special[] = [
  {
    kind: "tag_added",
    operations: /^cancel_all_after/,
    subject: /./,
    note: {
      severity: "S0",
      title: "the tag narrows what the timer cancels, or has the request refused",
      mitigation:
        "every order through okx-api carries the same tag, so its timer covers exactly those",
    },
  },
  {
    kind: "param_missing",
    operations: /^place_algo$/,
    subject: /algoClOrdId/,
    note: { title: "the stop order loses its name: it cannot be found by it" },
  },
  {
    kind: "header_missing",
    operations: /^(place_expiring|error_expired)$/,
    subject: /exptime/,
    note: { severity: "S0", title: "the end of life never reaches the venue" },
  },
  {
    kind: "param_missing",
    operations: /./,
    subject: /^(instType|instFamily)$/,
    note: { severity: "S2", title: "the kind of contract is not sent; its id says it too" },
  },
  {
    kind: "sent_again",
    operations: /^error_read/,
    subject: /./,
    note: { severity: "S2" },
  },
  {
    kind: "header_added",
    operations: /^public_after_private$/,
    subject: /ok-access/,
    note: {
      severity: "S2",
      title: "a public request carries key, passphrase and the signature of another one",
      mitigation: "each call here has a client of its own",
    },
  },
];
