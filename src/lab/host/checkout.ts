import { fileURLToPath } from "node:url";

/** The checkout these sources lie in; `core.lock` and the lockfile are beside package.json. */
export const checkoutPath: string = fileURLToPath(new URL("../../../", import.meta.url));
