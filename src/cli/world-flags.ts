import { type Command, InvalidArgumentError, Option } from "commander";
import type { Fault, Json, Result } from "#base";
import { err, ok } from "#base";
import { genomeSchemas } from "#core";
import { parseCount, parseMicro, parsePpm } from "./quantities.ts";

/** A world parameter that people change, in the words of people; `key` is its recorded name. */
type WorldFlag = Readonly<{
  flag: string;
  key: string;
  about: string;
  read: (text: string) => Result<Json, Fault>;
}>;

const count = (text: string): Result<Json, Fault> =>
  parseCount(text, { min: 0, max: 999_999_999_999_999 });

/** In the order of the help. Bounds are the world's own and checked there. */
const worldFlags: readonly WorldFlag[] = [
  { flag: "--population <n>", key: "population", about: "founders", read: count },
  { flag: "--max-agents <n>", key: "max_agents", about: "slots for the living", read: count },
  {
    flag: "--capital <amount>",
    key: "initial_total_capital_micro",
    about: "initial total capital in the quote currency",
    read: parseMicro,
  },
  {
    flag: "--allocation <ratio>",
    key: "allocation_ratio_ppm",
    about: "share of it given to founders, the rest is the reserve",
    read: parsePpm,
  },
  { flag: "--leverage <x>", key: "max_leverage_ppm", about: "largest leverage", read: parsePpm },
  {
    flag: "--participation <ratio>",
    key: "participation_cap_ppm",
    about: "largest share of a bar's volume an order takes",
    read: parsePpm,
  },
  { flag: "--fee <ratio>", key: "taker_fee_ppm", about: "taker fee", read: parsePpm },
  {
    flag: "--half-spread <ratio>",
    key: "half_spread_ppm",
    about: "half the quoted spread",
    read: parsePpm,
  },
  {
    flag: "--impact <y>",
    key: "impact_y_ppm",
    about: "constant of the square-root impact law",
    read: parsePpm,
  },
  {
    flag: "--living-cost <ratio>",
    key: "living_cost_ppm_per_tick",
    about: "per tick, of a founder's capital",
    read: parsePpm,
  },
  { flag: "--review <ticks>", key: "review_ticks", about: "ticks between reviews", read: count },
  {
    flag: "--cull <ratio>",
    key: "review_cull_ppm",
    about: "share of the living culled at a review",
    read: parsePpm,
  },
  {
    flag: "--split <ratio>",
    key: "split_return_ppm",
    about: "period return at which an agent splits",
    read: parsePpm,
  },
  {
    flag: "--mutation-rate <ratio>",
    key: "mutation_rate_ppm",
    about: "share of the genes that mutate at birth",
    read: parsePpm,
  },
  {
    flag: "--mutation-sigma <x>",
    key: "mutation_sigma_ppm",
    about: "size of a founder's mutations",
    read: parsePpm,
  },
  {
    flag: "--mutation-tau <x>",
    key: "mutation_tau_ppm",
    about: "how fast that size adapts itself",
    read: parsePpm,
  },
  { flag: "--reboots <n>", key: "max_reboots", about: "reboots after extinction", read: count },
  {
    flag: "--seasons <plan>",
    key: "seasons",
    about: "COUNTxBARS drawn from the window, or `whole`",
    read: readSeasons,
  },
  {
    flag: "--schema <name>",
    key: "genome_schema_version",
    about: genomeSchemas.map((schema) => schema.genome_schema_version).join(" or "),
    read: (text) => ok(text),
  },
];

/** Adds the flags; those given are gathered by their recorded names. */
export function addWorldFlags(command: Command): () => Readonly<Record<string, Json>> {
  const given: Record<string, Json> = {};
  for (const { flag, key, about, read } of worldFlags) {
    const option = new Option(flag, about).helpGroup(
      "World (default: the instrument's own world):",
    );
    command.addOption(
      option.argParser((text: string) => {
        const value = readOrThrow(text, read);
        given[key] = value;
        return value;
      }),
    );
  }
  return () => given;
}

/** Commander names the option and the text; we say what was expected. */
export function readOrThrow<T>(text: string, read: (text: string) => Result<T, Fault>): T {
  const result = read(text);
  if (result.ok) return result.value;
  throw new InvalidArgumentError(result.fault.message);
}

function readSeasons(text: string): Result<Json, Fault> {
  if (text === "whole") return ok({ kind: "whole_window" });
  const [, seasons, bars] = /^(\d{1,6})x(\d{1,9})$/.exec(text) ?? [];
  if (seasons === undefined || bars === undefined) {
    const message = `expected COUNTxBARS like 12x1000, or whole, got "${text}"`;
    return err({ code: "seasons_malformed", message });
  }
  return ok({ kind: "drawn", count: Number(seasons), bars: Number(bars) });
}
