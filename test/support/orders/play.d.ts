import { type VenueSession } from "./session.ts";
import { type SessionSpec } from "./spec.ts";
/**
 * A session at a venue that never was: it starts flat, tests itself, and its agents buy, get filled
 * in parts, are rejected, lose an answer, cancel and close; then execution freezes. By index modulo
 * four: 0 trades to the end, 1 is filled in part and cancels, 2 is rejected, 3 loses an answer and
 * is refused.
 */
export declare function playSession(spec: SessionSpec, prefix?: string | null): VenueSession;
