import { type OrderClaim, wholeFile } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";

/** The six levels, from the intent to the auditor. */
const confirmationLevels: readonly string[] = [
  "step88_p0_attempts",
  "step88_p1_acks",
  "step88_p2_terminal_state",
  "step88_p3_fills",
  "step88_p4_bills",
  "step88_p5_auditor_join",
];

/** Step 88: the truth chain of every order holds on all levels. */
export const step88OrderConfirmation: OrderClaim<never> = {
  id: "step88_order_confirmation",
  clause: "docs/contracts/orders.md#step-88",
  reads: ["order_attempts"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start: (run, report) => ({
    on: {},
    end(settled): void {
      const at = wholeFile(orderFileNames.order_attempts);
      if (run.orders.size === 0) {
        report.gap("no_order_placed", at, "no order was ever tried");
        return;
      }
      for (const level of confirmationLevels) {
        const { verdict, checked } = settled(level) ?? { verdict: "NOT_MEASURABLE", checked: 0 };
        report.count(checked);
        if (verdict === "FAIL") report.finding("step88_level_failed", at, `${level} is FAIL`);
        else if (verdict !== "PASS") {
          report.gap("step88_level_unknown", at, `${level} is ${verdict}`);
        }
      }
    },
  }),
};
