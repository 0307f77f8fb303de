/**
 * Where orders go. `simulated` is an exchange of ours, `okx_demo` plays with no money, `okx_live`
 * with money.
 */
export type VenueMode = "simulated" | "okx_demo" | "okx_live";
