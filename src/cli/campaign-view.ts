import type { CampaignProgress } from "#lab";
import type { Output } from "./output.ts";
import { createProgress, type Progress } from "./progress.ts";
import { groupDigits } from "./table.ts";

/** Live numbers of a campaign on standard error, in the manner the output asks for. */
export type CampaignView = Readonly<{
  start: (read: () => CampaignProgress) => void;
  /** Takes the live line away, so that another line may be printed. */
  clear: () => void;
  [Symbol.dispose]: () => void;
}>;

export function showCampaign(output: Output): CampaignView {
  const progress = createProgress({
    stream: { write: output.raw },
    isTty: output.live,
    json: output.json,
    label: "evolve",
    unit: "agent-bars",
    columns: output.columns,
  });
  let timer: NodeJS.Timeout | null = null;
  return {
    start(read): void {
      timer = setInterval(() => show(read(), progress), pollMillis);
      timer.unref();
    },
    clear: progress.end,
    [Symbol.dispose]: () => {
      if (timer !== null) clearInterval(timer);
      progress.end();
    },
  };
}

const pollMillis = 100;

/** How many agent-bars a campaign will have is not known: as many as its ticks so far suggest. */
function show(now: CampaignProgress, progress: Progress): void {
  const { ticks_done: ticks, ticks_total: ticksTotal, agent_bars: bars } = now;
  const expected = ticks === 0 ? null : Math.round(bars * (ticksTotal / ticks));
  progress.update(bars, expected, {
    runs: `${now.runs_done}/${now.runs_total}`,
    alive: groupDigits(now.alive),
    births: groupDigits(now.births),
    deaths: groupDigits(now.deaths),
  });
}
