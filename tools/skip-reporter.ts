import type { TestEvent } from "node:test/reporters";

/** One skipped test, as a line of var/test/skips-*.jsonl. */
export type Skip = Readonly<{ file: string; name: string; reason: string }>;

/** A second reporter of node:test that writes only what was skipped, one JSON line each. */
export default async function* reportSkips(
  events: AsyncIterable<TestEvent>,
): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const { skip, todo, name, file } = event.data;
    const reason = skip ?? todo;
    if (reason === undefined || reason === false) continue;
    const line: Skip = { file: file ?? "", name, reason: reason === true ? "" : reason };
    yield `${JSON.stringify(line)}\n`;
  }
}
