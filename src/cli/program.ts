import { Command, CommanderError, Help, type Option } from "commander";
import { addCatalog } from "./catalog.ts";
import { addChange } from "./change.ts";
import { addData } from "./data.ts";
import { addDemo } from "./demo.ts";
import { addDiverge } from "./diverge.ts";
import { addDoctor } from "./doctor.ts";
import { addEvolve } from "./evolve.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { addHalt } from "./halt.ts";
import { addIncident } from "./incident.ts";
import { addKeys } from "./keys.ts";
import { addOps } from "./ops.ts";
import { createOutput, type OutputStreams } from "./output.ts";
import { addPool } from "./pool.ts";
import { addReplay } from "./replay.ts";
import { addRetain } from "./retain.ts";
import { addRun } from "./run.ts";
import { addRuns } from "./runs.ts";
import { addService } from "./service.ts";
import { addShow } from "./show.ts";
import { addStatus } from "./status.ts";
import { addUp } from "./up.ts";
import { addVenue } from "./venue.ts";
import type { AddVerb, Shell, Switches } from "./verb.ts";
import { addVerify } from "./verify.ts";

/** In the order of `assay --help`: from data to a verdict, then what helps along the way. */
const verbs: readonly AddVerb[] = [
  addData,
  addEvolve,
  addRun,
  addVerify,
  addReplay,
  addDiverge,
  addShow,
  addPool,
  addRuns,
  addCatalog,
  addRetain,
  addIncident,
  addKeys,
  addVenue,
  addUp,
  addService,
  addStatus,
  addOps,
  addHalt,
  addChange,
  addDemo,
  addDoctor,
];

export type Product = Readonly<{
  version: string;
  image: string | null;
  /** Absent: the environment says nothing of the switches. */
  switches?: Switches;
  /** Absent: no service of this process is told anything. */
  environment?: Shell["environment"];
}>;

/** Runs one command line to its end and gives the exit code; expected failures never throw. */
export async function runCli(
  args: readonly string[],
  streams: OutputStreams,
  product: Product,
): Promise<ExitCode> {
  let exit: ExitCode = exitCodes.ok;
  const shell: Shell = {
    output: ({ json }) => createOutput(streams, { json: json === true }),
    end: (code) => {
      exit = code;
    },
    image: product.image,
    switches: product.switches ?? {},
    environment: product.environment ?? {},
  };
  const program = createProgram(shell, streams, product.version);
  try {
    await program.parseAsync(args, { from: "user" });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    throw error;
  }
}

function createProgram(shell: Shell, streams: OutputStreams, version: string): Command {
  const program = new Command("assay")
    .description(
      "Evolves populations of trading agents on real market data and lands evidence that\n" +
        "anyone can re-check.",
    )
    .version(version, "-V, --version")
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
      outputError: (text, write) => write(usageLine(text)),
      getOutHelpWidth: () => helpColumns,
      getErrHelpWidth: () => helpColumns,
    })
    .configureHelp({ optionDescription: describeOption })
    .addHelpText("after", programHelp);
  for (const add of verbs) add(program, shell);
  return program;
}

/** Examples are written for this width, on a terminal and in a file alike. */
const helpColumns = 100;

/** That a switch is off unless given goes without saying. */
function describeOption(option: Option): string {
  return option.defaultValue === false ? option.description : new Help().optionDescription(option);
}

/** Commander says `error: ...` and puts its suggestion on a second line; ours is one line. */
function usageLine(text: string): string {
  const line = text
    .replace(/^error: /, "")
    .trim()
    .replaceAll(/\s*\n\s*/g, " ");
  return `assay: ${line}; see --help [usage]\n`;
}

const programHelp = `
Exit codes:
  0 ok   1 failed check or finding   2 usage or unreadable input   3 not measurable
  4 refused by STOP or a gate   5 disk or dependency   6 timed out   130 interrupted

Start here:
  $ assay doctor                    is this machine fit?
  $ assay demo                      evolve, verify, replay and show on the embedded S&P 500 series
  $ assay evolve --help             a campaign of your own
  $ assay up                        the mesh of services on recorded data, execution off
`;
