import { makeFolder } from "./assay.ts";
import { type MeshProcess, startService } from "./mesh-process.ts";

/** Four services as processes that share nothing but a bus, a store and one address. */
export type ApartMesh = Readonly<{
  market: MeshProcess;
  ingest: MeshProcess;
  strategies: MeshProcess;
  engine: MeshProcess;
  /** Of strategy-service and of strategy-engine; every process has a root of its own. */
  roots: Readonly<{ strategies: string; engine: string }>;
  all: readonly MeshProcess[];
}>;

export async function startApart(
  shared: Readonly<{ ASSAY_BUS_URL: string; ASSAY_DATABASE_URL: string }>,
): Promise<ApartMesh> {
  const roots = { strategies: makeFolder(), engine: makeFolder() };
  const [market, ingest, strategies] = await Promise.all([
    startService("marketdata-mcp-server", makeFolder(), {
      ...shared,
      ASSAY_MARKETDATA_SOURCE: "simulator",
      ASSAY_MARKETDATA_CALENDAR: "24x7",
      ASSAY_MARKETDATA_SYMBOLS: "SPY,QQQ",
    }),
    startService("market-ingest-service", makeFolder(), shared),
    startService("strategy-service", roots.strategies, shared),
  ]);
  const engine = await startService("strategy-engine", roots.engine, {
    ...shared,
    MARKETDATA_HEALTH_URL: `${market.urlOf("marketdata-mcp-server")}/healthz`,
    ASSAY_STRATEGY_RUNTIMES: "whale-strategy,genome-strategy",
    STRATEGY_CYCLE_SECONDS: "1",
  });
  const all = [market, ingest, strategies, engine];
  return { market, ingest, strategies, engine, roots, all };
}
