/** What a row of the ladder in `layers.ts` says. */

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
  /** Those of them that are imported as JSON modules: the compiler wants them listed. */
  json?: readonly string[];
  /** Lives in typed arrays whose indexes are its own: an element is never undefined. */
  trustedIndexes?: true;
  /** Nothing imports this layer, so it has no door. */
  top?: boolean;
  /** Folders in another language (AssemblyScript), with their own compiler and their own check. */
  foreign?: readonly string[];
}>;
