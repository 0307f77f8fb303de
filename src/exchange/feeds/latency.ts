import { createStream, type Millis } from "#base";

/** How long a command travels to the venue, and its answer back. */
export type LatencyModel =
  | Readonly<{ model: "none" }>
  | Readonly<{ model: "constant"; entryMs: number; ackMs: number }>
  /** Uniform over whole milliseconds, both ends included, by the number of the command. */
  | Readonly<{
      model: "seeded_uniform";
      seed: number;
      entryMs: Readonly<{ least: number; most: number }>;
      ackMs: Readonly<{ least: number; most: number }>;
    }>;

export type Delay = Readonly<{ entryMs: Millis; ackMs: Millis }>;

/** The delay of command `number`: a function of model, seed and number alone. */
export function delayOf(latency: LatencyModel, number: number): Delay {
  switch (latency.model) {
    case "none":
      return { entryMs: 0, ackMs: 0 };
    case "constant":
      return { entryMs: latency.entryMs, ackMs: latency.ackMs };
    case "seeded_uniform": {
      const stream = createStream({ seed: latency.seed, stream: "latency", id: number });
      const between = ({ least, most }: Readonly<{ least: number; most: number }>): number =>
        least + stream.below(most - least + 1);
      return { entryMs: between(latency.entryMs), ackMs: between(latency.ackMs) };
    }
  }
}
