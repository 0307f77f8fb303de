import type { EvidenceSink, LandedLine } from "../recording/evidence-sink.ts";

/** A sink, and the line of it that was written last: what was known when something was decided. */
export type RememberingSink = Readonly<{
  sink: EvidenceSink;
  lastLine: () => LandedLine | null;
}>;

export function rememberLastLine(sink: EvidenceSink): RememberingSink {
  let last: LandedLine | null = null;
  return {
    sink: {
      async append(file, body) {
        const landed = await sink.append(file, body);
        if (landed.ok) last = landed.value;
        return landed;
      },
      async note(file, body) {
        const noted = await sink.note(file, body);
        if (noted.ok) last = noted.value;
        return noted;
      },
    },
    lastLine: () => last,
  };
}
