// Loaded before the scripts of package.json (`node --import ./bin/guard.mjs ...`): an optional
// dependency that failed to download is silent, and an old Node would stop at the first `.ts` file
// with a message that names neither cause nor remedy.
import { refuseRuntime, runtimeIsFit } from "./runtime.mjs";

if (!runtimeIsFit()) refuseRuntime();
