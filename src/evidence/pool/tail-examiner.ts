import { err, type Fault, ok, type Result } from "#base";
import { createRecordChecker } from "./check-record.ts";
import type { TailExaminer } from "./index-pool.ts";
import { createLeafHasher } from "./pool-tree.ts";
import { readSourceRun, type SourceRun } from "./source-run.ts";

/**
 * Holds records that nobody signed yet against the sealed runs that they name. Faults:
 * pool_unreadable (no record), pool_record_differs (not what its run says).
 */
export function createTailExaminer(root: string, path: string): TailExaminer {
  const check = createRecordChecker();
  const hashLeaf = createLeafHasher();
  // Records of one run stand together, so one run at a time is enough.
  let current: Readonly<{ runId: string; run: SourceRun }> | null = null;

  return (line, number) => {
    const at = `${path} line ${number}`;
    const { record, problems } = check(line, number);
    const [problem] = problems;
    if (record === null || problem !== undefined) {
      const field = problem?.field ?? null;
      const what = `${field === null ? "" : `${field} `}${problem?.detail ?? "is no pool record"}`;
      return err({ code: "pool_unreadable", message: `${what}; restore the pool`, at });
    }
    const { run_id: runId } = record.source;
    if (current?.runId !== runId) current = { runId, run: readSourceRun(root, runId) };
    const { run } = current;
    if (run.state !== "sound") return ok("unproven");
    const due = run.due.get(record.agent_id);
    if (due !== undefined && due.leaf === hashLeaf(line)) return ok("proven");
    return refuse(record.id, at);
  };
}

function refuse(id: string, at: string): Result<never, Fault> {
  const message = `${id} is not what its sealed run says; one of them is not genuine`;
  return err({ code: "pool_record_differs", message, at });
}
