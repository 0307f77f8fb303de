import * as z from "zod";
import type { HttpApp } from "#mesh";
import type { MarketView } from "./market-view.ts";
import { symbolShape } from "./mcp-shapes.ts";

/** What the service answers beside the routes of every service. All of it is GET. */
export function addMarketRoutes(app: HttpApp, view: MarketView): void {
  // For consumers, never for probes: a restart does not bring ticks back.
  app.get("/healthz", (context) => {
    const symbol = readSymbol(context.req.query("symbol"));
    if (symbol === "malformed") return context.json(badSymbol("symbol"), 400);
    const body = view.health(symbol);
    return context.json(body, body.ok ? 200 : 503);
  });
  app.get("/snapshot", (context) => {
    const text = context.req.query("symbols");
    const names = text === undefined ? null : text.split(",");
    const bad = names !== null && !z.array(symbolShape).max(maxNames).safeParse(names).success;
    return bad ? context.json(badSymbol("symbols"), 400) : context.json(view.snapshot(names));
  });
  app.get("/symbols", (context) => context.json({ symbols: view.listing() }));
}

const maxNames = 100;

function readSymbol(text: string | undefined): string | null {
  if (text === undefined) return null;
  return symbolShape.safeParse(text).success ? text : "malformed";
}

function badSymbol(parameter: string): Readonly<Record<string, unknown>> {
  const message = `${parameter} is no symbol, or no list of up to ${maxNames} with commas between`;
  return { error: { code: "request_invalid", message } };
}
