import { jsonOf } from "../../adapters/json-of.ts";
import type { Operation } from "../catalogue/operation.ts";
import { type ByColumn, byColumn, type Column } from "../column.ts";
import { DirectFailure } from "../direct-client.ts";
import type { Observation } from "../observation.ts";
import type { Finding } from "./finding.ts";
import type { DifferenceKind } from "./kinds.ts";
import { readPath } from "./read-path.ts";
import { readThrown, type Thrown } from "./thrown.ts";

type Library = Exclude<Column, "direct">;
const libraries: readonly Library[] = ["okx_sdk", "ccxt"];
const plain = { fields: [], features: [] } as const;

/** How the act ended for each: with a value, with something thrown, or not at all. */
export function compareOutcomes(
  { group }: Operation,
  seen: ByColumn<Observation>,
): readonly Finding[] {
  const code = codeOf(seen.direct);
  const thrown = byColumn((column) => readThrown(seen[column], codeOf(seen[column]) ?? code));
  const shown = byColumn((column) => endText(seen[column], thrown[column]));
  const findings: Finding[] = [];
  const note = (kind: DifferenceKind, deviates: readonly Library[]): void => {
    if (deviates.length === 0) return;
    findings.push({ kind, subject: ["outcome"], deviates, shown, ...plain });
  };
  const offering = libraries.filter((library) => seen[library].outcome.state !== "not_offered");
  note(
    "not_offered",
    libraries.filter((library) => !offering.includes(library)),
  );
  note(
    "act_hung",
    offering.filter((library) => seen[library].outcome.state === "hung"),
  );
  if (group === "streams") return findings;

  const failing = offering.filter((library) => thrown[library] !== null);
  const local = failing.filter((library) => isLocal(seen[library]));
  note("local_refusal", local);
  const answered = offering.filter((library) => !local.includes(library));
  note(
    "outcome_differs",
    answered.filter((library) => (thrown[library] === null) !== (thrown.direct === null)),
  );
  const alike = answered.filter((library) => thrown[library] !== null && thrown.direct !== null);
  note("error_form", alike);
  note(
    "error_meaning",
    alike.filter((library) => thrown[library]?.meaning !== thrown.direct?.meaning),
  );
  note(
    "error_untold",
    alike.filter((library) => thrown[library]?.tellsCode === false),
  );
  note(
    "error_secret",
    failing.filter((library) => thrown[library]?.carriesSecret === true),
  );
  return findings;
}

/** Nothing was sent, and there would have been something to send. */
function isLocal({ requests, sockets }: Observation): boolean {
  return requests.length === 0 && sockets.length === 0;
}

/** The code by which the venue refused this library's own request. */
function codeOf({ requests, outcome }: Observation): string | null {
  if (outcome.state === "thrown" && outcome.thrown instanceof DirectFailure) {
    return outcome.thrown.code;
  }
  const answer = requests.at(-1)?.answer ?? null;
  if (answer === null) return null;
  const body = jsonOf(answer.body);
  const row = readPath(body, "data.0.sCode");
  const code = typeof row === "string" && row !== "0" ? row : readPath(body, "code");
  return typeof code === "string" && code !== "0" ? code : null;
}

function endText({ outcome, requests }: Observation, thrown: Thrown | null): string {
  if (outcome.state === "not_offered") return "not offered";
  if (outcome.state === "hung") return "no end within the bound";
  if (thrown === null) return "a value";
  const { form, meaning, tellsCode, carriesSecret } = thrown;
  const own = outcome.state === "thrown" ? outcome.thrown : null;
  const parts = [
    own instanceof DirectFailure ? `${own.failure.code} ${own.code ?? ""}`.trim() : form,
    ...(requests.length === 0 ? ["nothing sent"] : [`says it is ${meaning}`]),
    ...(tellsCode ? [] : ["without the venue's code"]),
    ...(carriesSecret ? ["with secrets"] : []),
  ];
  return parts.join(", ");
}
