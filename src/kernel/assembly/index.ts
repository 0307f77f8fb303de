import * as c from "./constants";
import { decide } from "./decide";
import { setWord } from "./memory";
import { settle } from "./settle";

export { loadPanel } from "./panel";

/** See Kernel.run in core/world/kernel-port.ts. */
export function run(from: i32, to: i32, resume: bool): i32 {
  let bar = from;
  if (resume) {
    decide(bar);
    bar++;
  }
  for (; bar < to; bar++) {
    const outcome = settle(bar);
    setWord(c.M_status, outcome);
    if (outcome != c.STATUS_boundary || bar == to - 1) return bar;
    decide(bar);
  }
  setWord(c.M_status, c.STATUS_boundary);
  return to - 1;
}
