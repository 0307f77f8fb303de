import { Secret } from "#mesh";
import { temporaryRoot } from "#support";
import type { StorePlace } from "./mesh-store-suite.ts";
import type { PostgresServer } from "./postgres-server.ts";

/** An empty root, whose store is a file. */
export async function filePlace(): Promise<StorePlace> {
  const root = temporaryRoot();
  return {
    root: root.path,
    databaseUrl: () => null,
    [Symbol.asyncDispose]: async () => root[Symbol.dispose](),
  };
}

/** An empty root, and a server whose one schema of ours is empty too. */
export async function emptySchema(server: PostgresServer): Promise<StorePlace> {
  const root = temporaryRoot();
  const { Client } = await import("pg");
  const client = new Client({ connectionString: server.url.href });
  await client.connect();
  await client.query("drop schema if exists assay_mesh cascade");
  await client.end();
  return {
    root: root.path,
    databaseUrl: () => new Secret(server.url.href),
    [Symbol.asyncDispose]: async () => root[Symbol.dispose](),
  };
}
