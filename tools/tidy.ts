/**
 * `npm run tidy`: the tree keeps to tools/layers.ts and to the rules of STYLE.md that neither tsc
 * nor oxlint can check. `npm run tidy -- --write` regenerates what follows from the list.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { minimumModules } from "./layers.ts";
import { checkCapabilities } from "./tidy/capabilities.ts";
import { checkConfig } from "./tidy/config.ts";
import { generatedFiles, packageImports } from "./tidy/generated.ts";
import { checkHygiene } from "./tidy/hygiene.ts";
import { checkLadder } from "./tidy/ladder.ts";
import { checkLockfile, completeLockfile } from "./tidy/lockfile.ts";
import { type Module, parseModule } from "./tidy/module.ts";
import { checkPlaces } from "./tidy/places.ts";
import { checkPurity } from "./tidy/purity.ts";
import { type Finding, readTree, type Tree } from "./tidy/tree.ts";

// Not process.exit: it may cut off what is still on its way down a pipe.
if (import.meta.main) process.exitCode = main(process.argv.slice(2));

/** Everything that is wrong in the checkout at `root`, sorted by place. */
export function tidy(root: string): readonly Finding[] {
  const tree = readTree(root);
  return [
    ...checkSight(tree),
    ...checkPlaces(tree),
    ...checkConfig(tree),
    ...checkLockfile(tree),
    ...tree.modules.flatMap(checkModule),
  ].toSorted((one, two) => one.path.localeCompare(two.path) || one.line - two.line);
}

function main(args: readonly string[]): number {
  const root = join(import.meta.dirname, "..");
  if (args.includes("--write")) write(root);
  const findings = tidy(root);
  for (const { path, line, rule, message } of findings) {
    console.error(`${path}:${line}: ${rule}: ${message}`);
  }
  console.log(`tidy: ${readTree(root).modules.length} modules, ${findings.length} findings`);
  return findings.length === 0 ? 0 : 1;
}

function checkModule(module: Module): readonly Finding[] {
  return [
    ...checkLadder(module),
    ...checkPurity(module),
    ...checkHygiene(module),
    ...checkCapabilities(module),
  ];
}

/** A checker that sees nothing finds nothing: it must meet its number and its planted faults. */
function checkSight({ modules }: Tree): readonly Finding[] {
  const at = { path: "tools/tidy.ts", line: 1, rule: "sight" };
  const findings: Finding[] = [];
  if (modules.length < minimumModules) {
    const message = `saw ${modules.length} modules, at least ${minimumModules} are known`;
    findings.push({ ...at, message });
  }
  const planted = parseModule(
    "src/base/planted.ts",
    'import { x } from "#lab";\nexport const y: number = x ** Date.now() as Permit;\n',
  );
  const rules = checkModule(planted).map(({ rule }) => rule);
  if (rules.toString() !== "ladder,pure,pure,capability") {
    findings.push({ ...at, message: `met planted faults with [${rules.join(", ")}]` });
  }
  return findings;
}

function write(root: string): void {
  const generated = generatedFiles(readTree(root).present);
  for (const [path, text] of generated) writeFileSync(join(root, path), text);
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const text = JSON.stringify({ ...manifest, imports: packageImports() }, null, 2);
  writeFileSync(join(root, "package.json"), `${text}\n`);
  const biome = join(root, "node_modules", ".bin", "biome");
  completeLockfile(root);
  spawnSync(biome, ["format", "--write", "package.json", ...generated.keys()], { cwd: root });
}
