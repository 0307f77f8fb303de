import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { judgeServer, readNatsAddress } from "./nats-connect.ts";
import { compare } from "./nats-streams.ts";
import { openBus } from "./open-bus.ts";

test("a server is fit from 2.9.10 on and with JetStream", () => {
  const codeOf = (version: string, jetstream = true): string | undefined =>
    judgeServer({ version, jetstream })?.code;
  for (const version of ["2.9.10", "2.9.11", "2.10.0", "3.0.0", "2.11.0-beta.1"]) {
    assert.equal(codeOf(version), undefined, version);
  }
  for (const version of ["2.9.9", "2.8.20", "1.4.1", "0.0.0", "", "two"]) {
    assert.equal(codeOf(version), "bus_server_too_old", version);
  }
  assert.equal(codeOf("2.9.10", false), "bus_without_jetstream");
});

test("a server that says it is too old ends the start at once, by name and version", async () => {
  const server = createServer((socket) => {
    const info = { server_id: "X", version: "2.8.4", proto: 1, max_payload: 1024, headers: true };
    socket.write(`INFO ${JSON.stringify(info)}\r\n`);
    socket.on("data", (bytes) => {
      if (bytes.includes("PING")) socket.write("PONG\r\n");
    });
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const opened = await openBus(`nats://127.0.0.1:${address.port}`);
  server.close();
  assert.ok(!opened.ok);
  assert.equal(opened.fault.code, "bus_server_too_old");
  assert.match(opened.fault.message, /2\.8\.4.*2\.9\.10/);
});

test("an address may carry a login, and no message repeats it", () => {
  const read = readNatsAddress("nats://me:p%40ss@one:4222,two");
  assert.deepEqual(read.ok ? read.value : null, {
    servers: ["one:4222", "two"],
    login: { user: "me", pass: "p@ss" },
    shown: "one:4222,two",
  });
  const token = readNatsAddress("tls://t0ken@host");
  assert.deepEqual(token.ok ? token.value.login : null, { token: "t0ken", tls: {} });
  for (const bad of ["nats://", "nats://a b", "host:4222", "nats://secret:x@", "nats://h/path"]) {
    const refused = readNatsAddress(bad);
    assert.ok(!refused.ok, bad);
    assert.ok(!JSON.stringify(refused.fault).includes("secret"));
  }
});

test("a setting that the server passed over in silence is found by reading it back", () => {
  const wanted = { name: "S", max_age: 5, allow_msg_ttl: true };
  assert.equal(compare("S", wanted, { ...wanted, more: 1 }).ok, true);
  const ignored = compare("S", wanted, { name: "S", max_age: 5 });
  assert.ok(!ignored.ok);
  assert.equal(ignored.fault.code, "bus_config_ignored");
  assert.match(ignored.fault.message, /allow_msg_ttl/);
});
