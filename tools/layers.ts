/**
 * The ladder of `src/`, lowest first: the only list of layers. A layer imports the layers that its
 * row names, through their doors (`#name`), and the npm packages and `node:` modules of its row.
 * `npm run tidy -- --write` turns this list into one tsconfig per layer and the `imports` of
 * package.json; `npm run tidy` refuses a tree that does not keep to it.
 */

/**
 * - pure: knows neither time, chance, files nor the network; compiled without host types.
 * - codec: pure in spirit, may parse with a schema library and hash.
 * - shell: owns files, processes, time and sockets.
 * - web: runs in a browser.
 */
export type LayerKind = "pure" | "codec" | "shell" | "web";

/** One npm package a layer may import; `only` narrows it to files of that name in the layer. */
export type NpmUse = Readonly<{ name: string; why: string; only?: RegExp }>;

export type Layer = Readonly<{
  name: string;
  kind: LayerKind;
  /** Layers above this one on the page, never below. */
  imports: readonly string[];
  npm: readonly NpmUse[];
  /** `node:` modules by bare name; in a pure layer only its loader files may use them. */
  node: readonly string[];
  /** Files of a pure layer that may touch the host (they load bytes and nothing else). */
  loader?: RegExp;
  /** Data files of the layer, by path within it. */
  data?: RegExp;
  /** Lives in typed arrays whose indexes are its own: an element is never undefined. */
  trustedIndexes?: true;
  /** Nothing imports this layer, so it has no door. */
  top?: boolean;
  /** Folders in another language (AssemblyScript), with their own compiler and their own check. */
  foreign?: readonly string[];
}>;

const zod: NpmUse = { name: "zod", why: "parses what comes from outside at the edge" };

const files = ["crypto", "fs", "fs/promises", "os", "path", "stream", "stream/promises", "url"];

export const layers: readonly Layer[] = [
  { name: "base", kind: "pure", imports: [], npm: [], node: [] },
  { name: "market", kind: "pure", imports: ["base"], npm: [], node: [] },
  {
    name: "core",
    kind: "pure",
    imports: ["base", "market"],
    npm: [],
    node: [],
    trustedIndexes: true,
  },
  {
    name: "kernel",
    kind: "pure",
    imports: ["base", "core"],
    trustedIndexes: true,
    npm: [],
    node: ["crypto", "fs"],
    loader: /^load-[a-z0-9-]+\.ts$/,
    data: /^[a-z0-9-]+\.wasm(\.sha256)?$/,
    foreign: ["assembly"],
  },
  {
    name: "exchange",
    kind: "pure",
    imports: ["base", "market"],
    trustedIndexes: true,
    npm: [],
    node: [],
  },
  { name: "safety", kind: "pure", imports: ["base"], npm: [], node: [] },
  {
    name: "okx",
    kind: "codec",
    imports: ["base", "market"],
    npm: [zod],
    node: ["crypto", "zlib"],
  },
  {
    name: "evidence",
    kind: "shell",
    imports: ["base", "market", "core"],
    npm: [zod],
    node: [...files, "buffer", "readline", "worker_threads", "zlib"],
  },
  {
    name: "datasets",
    kind: "shell",
    imports: ["base", "market"],
    npm: [
      zod,
      {
        name: "ccxt",
        why: "pages public candles and funding from venues; its own adapter file only",
        only: /^ccxt-[a-z0-9-]+\.ts$/,
      },
      { name: "vega-datasets", why: "ships the embedded S&P 500 daily series" },
    ],
    node: [...files, "module", "readline", "timers/promises", "zlib"],
  },
  {
    name: "catalog",
    kind: "shell",
    imports: ["base", "evidence"],
    npm: [
      zod,
      { name: "kysely", why: "one set of queries for SQLite and PostgreSQL" },
      {
        name: "pg",
        why: "speaks to PostgreSQL; loaded only for a postgres address",
        only: /^postgres-[a-z0-9-]+\.ts$/,
      },
    ],
    node: ["crypto", "fs", "path", "sqlite"],
  },
  {
    name: "simulator",
    kind: "shell",
    imports: ["base", "market", "exchange", "okx", "datasets"],
    npm: [zod, { name: "ws", why: "speaks WebSocket as a server; node has a client only" }],
    node: [...files, "events", "http", "net", "perf_hooks", "readline", "timers/promises", "zlib"],
  },
  {
    name: "venues",
    kind: "shell",
    imports: ["base", "market", "safety", "okx", "evidence"],
    npm: [
      zod,
      { name: "ws", why: "private and public streams of the direct adapter" },
      {
        name: "ccxt",
        why: "one of the two client libraries; its own adapter only",
        only: /^ccxt-[a-z0-9-]+\.ts$/,
      },
      {
        name: "okx-api",
        why: "the other client library; its own adapter only",
        only: /^okx-sdk-[a-z0-9-]+\.ts$/,
      },
    ],
    node: [...files, "events", "http", "https", "perf_hooks", "timers/promises", "zlib"],
  },
  {
    name: "execution",
    kind: "shell",
    imports: [
      "base",
      "market",
      "core",
      "kernel",
      "safety",
      "okx",
      "evidence",
      "datasets",
      "venues",
    ],
    npm: [zod],
    node: [...files, "events", "perf_hooks", "readline", "timers/promises"],
  },
  {
    name: "lab",
    kind: "shell",
    imports: ["base", "market", "core", "kernel", "evidence", "datasets"],
    npm: [zod],
    node: [
      ...files,
      "child_process",
      "events",
      "perf_hooks",
      "readline",
      "timers/promises",
      "worker_threads",
      "zlib",
    ],
  },
  {
    name: "cli",
    kind: "shell",
    top: true,
    imports: [
      "base",
      "market",
      "core",
      "kernel",
      "exchange",
      "safety",
      "okx",
      "evidence",
      "datasets",
      "catalog",
      "simulator",
      "venues",
      "execution",
      "lab",
    ],
    npm: [{ name: "commander", why: "verbs, options and help of the command line" }],
    node: [
      ...files,
      "child_process",
      "events",
      "perf_hooks",
      "readline",
      "timers/promises",
      "tty",
      "util",
      "worker_threads",
    ],
  },
];

/** Tidy refuses to have seen fewer modules than this: raise it as the house grows. */
export const minimumModules = 700;
