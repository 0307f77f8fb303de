import { findGenomeSchema } from "#core";
import { fromCanonicalBase64 } from "../run/canonical-base64.ts";
import { explosionFactor } from "../run/summary.ts";
import type { Claim, Place } from "./claim.ts";

type Kinds = "genome" | "birth" | "death" | "survivor" | "ledger" | "summary";

/** No number of the run is broken, and the flags of the summary say what the records show. */
export const numericalHealth: Claim<Kinds> = {
  id: "numerical_health",
  clause: "docs/contracts/run-directory.md#c8-numerical-health",
  reads: ["genome", "birth", "death", "survivor", "ledger", "summary"],
  start(run, report) {
    const bound = run.manifest.config.initial_total_capital_micro * explosionFactor;
    const count = findGenomeSchema(run.manifest.genome_schema_version)?.weights_count ?? 0;
    const genes = new Int32Array(count);
    const room = Buffer.from(genes.buffer);
    let exploded = false;

    function signal(value: number | null, place: Place): void {
      report.count();
      if (value === null) report.finding("number_broken", place, "null where a number belongs");
    }

    function money(micro: number): void {
      report.count();
      if (Math.abs(micro) > bound) exploded = true;
    }

    return {
      on: {
        genome(genome, line): void {
          report.count();
          const bytes = fromCanonicalBase64(genome.weights);
          if (bytes?.length === room.length) room.set(bytes);
          else room.fill(0).write(genome.weights, "base64");
          if (areFinite(genes)) return;
          const place: Place = { kind: "genome", line, field: "weights" };
          report.finding("number_broken", place, "a gene is NaN or infinite");
        },
        birth: ({ mutation_sigma }, line) =>
          signal(mutation_sigma, { kind: "birth", line, field: "mutation_sigma" }),
        death({ life }, line): void {
          signal(life.last_signal, { kind: "death", line, field: "life.last_signal" });
          money(life.final_capital_micro);
        },
        survivor({ life }, line): void {
          signal(life.last_signal, { kind: "survivor", line, field: "life.last_signal" });
          money(life.final_capital_micro);
        },
        ledger: ({ capital_triplet }) => money(capital_triplet.current_total_micro),
        summary(summary): void {
          report.count();
          for (const field of ["has_nan", "has_inf"] as const) {
            if (!summary[field]) continue;
            report.finding("number_broken", { kind: "summary", field }, "the run says so itself");
          }
          if (summary.has_explosion !== exploded) {
            const detail = `the records say ${exploded}`;
            report.finding(
              "explosion_flag_wrong",
              { kind: "summary", field: "has_explosion" },
              detail,
            );
          }
        },
      },
      end: () => {},
    };
  },
};

/**
 * NaN and infinity are the float32 whose exponent is all ones, and only there does adding one to
 * the exponent reach the sign.
 */
function areFinite(bits: Int32Array): boolean {
  let reached = 0;
  for (let at = 0; at < bits.length; at += 1) {
    reached |= ((bits[at] ?? 0) & 0x7f800000) + 0x00800000;
  }
  return reached >= 0;
}
