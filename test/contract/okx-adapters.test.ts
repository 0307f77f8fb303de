import assert from "node:assert/strict";
import { test } from "node:test";
import { openVenue, type SendGate, type Venue, type VenueLibrary } from "#venues";
import { type ScriptedVenue, startScriptedVenue } from "./okx-scripted-venue.ts";

const key = { apiKey: "test-key-1", secret: "test-secret-1", passphrase: "test-phrase-1" };
const libraries: readonly VenueLibrary[] = ["direct", "okx_sdk", "ccxt"];
const openGate: SendGate = { pass: () => ({ ok: true, value: undefined }) };

for (const library of libraries) {
  test(`${library}: a signed read arrives as OKX expects it and comes back in the port's words`, async () => {
    await using venue = await startScriptedVenue(key);
    const client = await open(library, venue);
    venue.replies.set("/api/v5/account/leverage-info", {
      json: {
        code: "0",
        msg: "",
        data: [{ instId: "BTC-USDT-SWAP", mgnMode: "cross", posSide: "net", lever: "10" }],
      },
    });
    const answer = await client.leverage("BTC-USDT-SWAP", "cross");
    assert.ok(answer.ok, JSON.stringify(answer));
    console.log(library, JSON.stringify(answer.call), JSON.stringify(venue.seen[0]));
    await client.close();
  });
}

async function open(library: VenueLibrary, venue: ScriptedVenue): Promise<Venue> {
  const { baseUrl, streamUrl } = venue;
  return openVenue(library, {
    baseUrl,
    streamUrl,
    key,
    demo: true,
    timeoutMs: 500,
    gate: openGate,
    nowMs: Date.now,
  });
}
