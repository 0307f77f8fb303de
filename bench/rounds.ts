/** One thing to measure; each call gives its figure (a rate, a time) once. */
export type Contestant = Readonly<{ name: string; measure: () => Promise<number> }>;

/** The figures of one contestant over all rounds. */
export type Figures = Readonly<{ median: number; least: number; most: number }>;

/**
 * Every round measures each contestant once, in turn, so that a slow moment of the machine hits
 * all of them. The first round warms up (V8 starts WASM in its quick compiler) and is not counted.
 */
export async function runRounds(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<ReadonlyMap<string, Figures>> {
  const figures = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, measure } of contestants) {
      const figure = await measure();
      if (round > 0) figures.get(name)?.push(figure);
    }
  }
  return new Map([...figures].map(([name, values]) => [name, figuresOf(values)]));
}

function figuresOf(values: readonly number[]): Figures {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  const [before, at] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0];
  return {
    median: sorted.length % 2 === 0 ? (before + at) / 2 : at,
    least: sorted[0] ?? 0,
    most: sorted.at(-1) ?? 0,
  };
}
