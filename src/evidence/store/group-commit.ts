import { err, type Fault, type Result } from "#base";
import type { AppendWriter } from "./append-writer.ts";

/** Many callers, one sync: each hears when its own record has landed. */
export type GroupCommit = Readonly<{
  /** Resolves with the record's number when it is durable, or with why it is not. */
  land: (record: string) => Promise<Result<number, Fault>>;
}>;

/** More waiting records than this are refused, so a stalled disk cannot fill the memory. */
const maxWaiting = 65_536;

/** Records that arrive in one turn of the event loop share one commit. */
export function createGroupCommit(writer: AppendWriter): GroupCommit {
  let waiting: ((outcome: Result<unknown, Fault>) => void)[] = [];

  function commit(): void {
    const batch = waiting;
    waiting = [];
    const outcome = writer.commit();
    for (const settle of batch) settle(outcome);
  }

  return {
    async land(record): Promise<Result<number, Fault>> {
      if (waiting.length >= maxWaiting) {
        const message = `${maxWaiting} records wait for the disk already`;
        return err({ code: "store_queue_unavailable", message });
      }
      const taken = writer.append(record);
      if (!taken.ok) return taken;
      if (waiting.length === 0) setImmediate(commit);
      const landed = Promise.withResolvers<Result<number, Fault>>();
      waiting.push((outcome) => {
        landed.resolve(outcome.ok ? taken : outcome);
      });
      return landed.promise;
    },
  };
}
