import { foundColony } from "../life/births.ts";
import { capitalForLots, foundersLots } from "../world/rules.ts";
import { num } from "../world/words.ts";
import type { Moment } from "./events.ts";
import type { Run } from "./run.ts";

/**
 * After extinction fresh founders take allocation_ratio of what remains, in a new segment; nothing
 * is refilled. Fewer come when the capital would not give each the lots a founder needs. False
 * when not even one could live.
 */
export function reboot(run: Run, at: Moment): boolean {
  const { colony, inputs } = run;
  const { config } = inputs;
  const share = Math.floor((colony.reserve * config.allocation_ratio_ppm) / 1000000);
  const { world } = colony;
  const least = capitalForLots(world, foundersLots, world.num[num.prevClose]);
  const founders = Math.min(config.population, Math.floor(share / least));
  if (founders < 1) return false;
  const capital = Math.floor(share / founders);
  colony.rebootCapital += capital * founders;
  run.segment += 1;
  const moment = { ...at, segment: run.segment };
  run.at = moment;
  colony.listen({ type: "reboot", at: moment, founders, capital_micro: capital * founders });
  foundColony(colony, { founders, capital, origin: "reboot_founder" }, moment);
  return true;
}
