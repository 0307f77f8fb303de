import type { AuditScope, JsonRecord, OrderManifest } from "#evidence";
import type { Draft } from "./draft.ts";
import type { VenueSession } from "./session.ts";
/** The order sections of the manifest; a test may change them before they are written. */
export type ManifestDraft = Draft<OrderManifest>;
export declare function orderSections(
  session: VenueSession,
  scope: AuditScope | null,
): ManifestDraft;
/** The whole manifest: what the order claims read, and the fields every tier owes. */
export declare function wholeManifest(session: VenueSession, sections: ManifestDraft): JsonRecord;
