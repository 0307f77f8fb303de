import type { Layer } from "../layer.ts";
import { layers } from "../layers.ts";

/** Text of every generated file by its path from the root of the checkout. */
export function generatedFiles(present: readonly Layer[]): ReadonlyMap<string, string> {
  const textByPath = new Map<string, string>();
  for (const layer of present) {
    textByPath.set(`src/${layer.name}/tsconfig.json`, json(layerConfig(layer, present)));
  }
  textByPath.set("tsconfig.json", json(rootConfig(present)));
  textByPath.set("tsconfig.test.json", json(testConfig(present)));
  return textByPath;
}

/** The `imports` of package.json: one door per listed layer and the door of the test helpers. */
export function packageImports(): Readonly<Record<string, string>> {
  const doors = layers
    .filter(({ top }) => top !== true)
    .map(({ name }) => [`#${name}`, `./src/${name}/index.ts`] as const);
  return { ...Object.fromEntries(doors), "#support": "./test/support/index.ts" };
}

/** Names of test files: the fast suite, and the slow one that runs by name. */
export const testSuffixes = [".test.ts", ".slow.ts"] as const;

function layerConfig(layer: Layer, present: readonly Layer[]): object {
  const host = layer.kind !== "pure" || layer.loader !== undefined;
  return {
    extends: "../../tsconfig.base.json",
    compilerOptions: {
      ...(host ? { lib: ["esnext"], types: ["node"] } : { lib: ["es2024"], types: [] }),
      ...(layer.trustedIndexes === true ? { noUncheckedIndexedAccess: false } : {}),
      rootDir: ".",
      outDir: `../../.tsbuild/${layer.name}`,
      tsBuildInfoFile: `../../.tsbuild/${layer.name}.tsbuildinfo`,
    },
    include: ["**/*.ts", ...(layer.json ?? [])],
    exclude: [...testSuffixes.map((suffix) => `**/*${suffix}`), ...(layer.foreign ?? [])],
    references: present
      .filter(({ name }) => layer.imports.includes(name))
      .map(({ name }) => ({ path: `../${name}` })),
  };
}

function rootConfig(present: readonly Layer[]): object {
  return {
    files: [],
    references: [
      ...present.map(({ name }) => ({ path: `src/${name}` })),
      { path: "tsconfig.test.json" },
    ],
  };
}

/** Tests, tools and benchmarks: host types, nothing emitted, inferred types allowed on exports. */
function testConfig(present: readonly Layer[]): object {
  return {
    extends: "./tsconfig.base.json",
    compilerOptions: {
      lib: ["esnext"],
      types: ["node"],
      isolatedDeclarations: false,
      composite: false,
      emitDeclarationOnly: false,
      noEmit: true,
      tsBuildInfoFile: ".tsbuild/test.tsbuildinfo",
      paths: { "assemblyscript/asc": ["./tools/types/asc.d.ts"] },
    },
    include: [
      ...testSuffixes.map((suffix) => `src/**/*${suffix}`),
      "test/**/*.ts",
      "tools/**/*.ts",
      "bench/**/*.ts",
    ],
    references: present.map(({ name }) => ({ path: `src/${name}` })),
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
