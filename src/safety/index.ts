export type { Permit } from "./permit-type.ts";
