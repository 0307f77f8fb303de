import assert from "node:assert/strict";
import { authHeaders } from "#okx";
import type { SimulatedVenue, VenueKey, VenueRoster } from "#simulator";

/** What somebody else on the account does by hand, past the run: rows of a POST, by its code. */
export async function tradeByHand(
  venue: SimulatedVenue,
  roster: VenueRoster,
  path: string,
  body: unknown,
): Promise<void> {
  const key = roster.accounts.flatMap(({ keys }) => keys).find(({ label }) => label === "trader");
  assert.ok(key !== undefined);
  const text = JSON.stringify(body);
  const timestamp = new Date(venue.clock.nowMs()).toISOString();
  const headers = signed(key, { timestamp, method: "POST", requestPath: path, body: text });
  const answer = await venue.handle({ method: "POST", path, headers, body: text });
  const { code } = JSON.parse(answer.body) as { code: string };
  assert.equal(code, "0", answer.body);
}

function signed(
  { apiKey, secretKey, passphrase }: VenueKey,
  request: Parameters<typeof authHeaders>[1],
): Readonly<Record<string, string>> {
  const headers = authHeaders({ apiKey, secret: secretKey, passphrase }, request, true);
  const given = { ...headers, "content-type": "application/json" };
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
