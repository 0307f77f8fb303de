/**
 * One server on a thread of its own: the venue, or the least that could stand in its place: a
 * node:http server that checks the same signature and echoes, and a ws server that parses each
 * message and answers. Posts its port; tells its processor time for `cpu`, ends with `close`.
 */
import { createServer } from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import { WebSocketServer } from "ws";
import { isSignedBy } from "#okx";
import { openVenue, type VenueRoster } from "#simulator";

export type ServerSpec = Readonly<{ kind: "venue" | "bare"; roster: VenueRoster }>;

const { kind, roster } = workerData as ServerSpec;
const port = kind === "venue" ? await serveVenue() : await serveBare();
parentPort?.postMessage(port);
parentPort?.on("message", (wanted: "cpu" | "close") => {
  if (wanted === "close") process.exit(0);
  const { user, system } = process.threadCpuUsage();
  parentPort?.postMessage(user + system);
});

async function serveVenue(): Promise<number> {
  const opened = openVenue({ roster, seed: 1, rateLimits: false, historyBars: 10 });
  if (!opened.ok) throw new Error(opened.fault.message);
  const address = await opened.value.listen({ host: "127.0.0.1", port: 0 });
  if (!address.ok) throw new Error(address.fault.message);
  return address.value.port;
}

function serveBare(): Promise<number> {
  const secret = roster.accounts[0]?.keys[0]?.secretKey ?? "";
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const { headers, method = "", url = "" } = request;
      const prehash = String(headers["ok-access-timestamp"]) + method + url + body;
      const isSigned = isSignedBy(secret, prehash, String(headers["ok-access-sign"]));
      const text = JSON.stringify({ code: isSigned ? "0" : "1", data: [JSON.parse(body)] });
      response.writeHead(200, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
      });
      response.end(text);
    });
  });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on("connection", (socket) => {
    socket.on("message", (data: Buffer) => {
      const { id = "", op, args } = JSON.parse(data.toString("utf8")) as Record<string, unknown>;
      socket.send(JSON.stringify({ id, op, code: "0", data: args }));
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}
