import { timingSafeEqual } from "node:crypto";
import { headerText } from "../auth/authenticate.ts";
import { type HttpAnswer, type HttpRequest, jsonHeaders, type Service } from "../http/message.ts";
import type { SimulatedVenue } from "../venue.ts";

/**
 * The door that is no part of OKX: counters, what really happened, faults and the stepped clock. It
 * has a port and a token of its own; a trading key opens nothing here, and nothing here trades.
 */
export function createAdminService(venue: SimulatedVenue, token: string): Service {
  return (request) => {
    if (!isToken(headerText(request.headers["authorization"]), token)) {
      return answer(401, { error: "unauthorized" });
    }
    const [path = ""] = request.path.split("?");
    const act = acts[`${request.method} ${path}`];
    if (act !== undefined) return act(venue, request);
    const rule = /^\/admin\/faults\/([a-z0-9_-]{1,64})$/.exec(path)?.[1];
    if (request.method === "DELETE" && rule !== undefined) {
      const isGone = venue.faults.remove(rule);
      return isGone ? answer(200, { removed: rule }) : answer(404, { error: "no such rule" });
    }
    return answer(404, { error: "not found" });
  };
}

type Act = (venue: SimulatedVenue, request: HttpRequest) => HttpAnswer;

const acts: Readonly<Record<string, Act>> = {
  "GET /admin/counters": (venue) =>
    answer(200, {
      opened_ms: venue.openedMs,
      now_ms: venue.clock.nowMs(),
      orders_accepted: venue.oracle.acceptedCount(),
      counters: venue.counters.read(),
      faults: venue.faults.counts(),
    }),

  "GET /admin/oracle": (venue) => {
    const { exchange } = venue.floor;
    return answer(200, {
      now_ms: venue.clock.nowMs(),
      digest: exchange.digest(),
      conservation: exchange.conservation().map(({ currency, units }) => ({
        currency,
        units: String(units),
      })),
      accounts: venue.accounts.map(({ name, uid }, account) => ({
        name,
        uid,
        balances: exchange.balances(account),
        positions: exchange.positions(account),
        open_orders: exchange.openOrders(account).length,
      })),
    });
  },

  "GET /admin/orders": (venue, { path }) => {
    const since = Number(new URLSearchParams(path.split("?")[1] ?? "").get("since") ?? "0");
    const orders = venue.oracle.accepted().filter(({ n }) => n > since);
    return answer(200, { orders: orders.slice(0, ordersPerAnswer) });
  },

  "GET /admin/faults": (venue) =>
    answer(200, {
      plan: venue.faults.plan(),
      counts: venue.faults.counts(),
      fired: venue.faults.fired(),
    }),

  "PUT /admin/faults": (venue, { body }) => {
    const loaded = venue.faults.load(parse(body));
    return loaded.ok ? answer(200, { loaded: true }) : answer(400, loaded.fault);
  },

  "POST /admin/faults": (venue, { body }) => {
    const added = venue.faults.add(parse(body));
    return added.ok ? answer(200, { id: added.value }) : answer(400, added.fault);
  },

  "POST /admin/clock": (venue, { body }) => {
    const wanted = parse(body);
    const ms =
      typeof wanted === "object" && wanted !== null && "advance_ms" in wanted
        ? wanted.advance_ms
        : null;
    if (typeof ms !== "number" || !Number.isSafeInteger(ms) || ms < 0 || ms > longestStepMs) {
      return answer(400, { error: `advance_ms is a whole number from 0 to ${longestStepMs}` });
    }
    if (venue.clock.mode.kind !== "stepped") {
      return answer(409, { error: "only a stepped clock is moved by hand" });
    }
    venue.clock.advanceTo(venue.clock.nowMs() + ms);
    return answer(200, { now_ms: venue.clock.nowMs() });
  },
};

const ordersPerAnswer = 10_000;
/** A week at once: more would keep the venue busy for too long. */
const longestStepMs = 604_800_000;

/** Undefined for what is no JSON: no plan and no rule is that. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function answer(status: number, value: object): HttpAnswer {
  return { status, headers: jsonHeaders, body: `${JSON.stringify(value, bigText)}\n` };
}

function bigText(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function isToken(header: string, token: string): boolean {
  const expected = Buffer.from(`Bearer ${token}`);
  const given = Buffer.from(header);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
