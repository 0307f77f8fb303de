import type { Command } from "commander";
import { addChangeNew } from "./change-new.ts";
import { addChangeReview } from "./change-review.ts";
import { addChangeSign } from "./change-sign.ts";
import { addChangeVerify } from "./change-verify.ts";
import type { Shell } from "./verb.ts";

const about = `
Arming live trading, letting go of its halt, another policy of who may approve, higher limits and
flattening each need a change that two different people sign: an operator, and another person who
reviews. A running target gives a challenge; new writes the change, each person reads it with review
and signs it, verify tells whether the target would take it. None of these enables anything: the
target judges again, and what it allows lives in its memory until its window ends.

Who may sign is in a policy file, by default <root>/arming/approvers.json. Whoever signs by SSH does
so with: ssh-keygen -Y sign -f KEY -n assay-change@SYSTEM FILE
`;

/** `assay change`: what two people have to say yes to. */
export function addChange(program: Command, shell: Shell): void {
  const change = program
    .command("change")
    .description("write, review, sign and verify what two people have to approve")
    .addHelpText("after", about);
  addChangeNew(change, shell);
  addChangeReview(change, shell);
  addChangeSign(change, shell);
  addChangeVerify(change, shell);
}
