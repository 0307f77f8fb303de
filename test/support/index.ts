export { sharedPath, withoutShared } from "./shared.ts";
