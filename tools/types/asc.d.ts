/**
 * The part of the AssemblyScript compiler that tools/build-kernel.ts calls. The package's own types
 * redeclare `console` and other globals for every file of the project, so they are left out.
 */
type Text = Readonly<{ toString: () => string }>;

type Host = Readonly<{
  readFile: (name: string, baseDir: string) => string | null;
  writeFile: (name: string, contents: Uint8Array | string, baseDir: string) => void;
  listFiles: (dirname: string, baseDir: string) => string[] | null;
}>;

declare const asc: Readonly<{
  main: (
    args: readonly string[],
    host: Host,
  ) => Promise<Readonly<{ error: Error | null; stdout: Text; stderr: Text }>>;
}>;

export { asc as default };
