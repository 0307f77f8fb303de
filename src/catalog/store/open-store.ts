import { join, resolve } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { createSqliteStore } from "./sqlite-store.ts";
import type { CatalogStore } from "./store.ts";

/**
 * The store of an address: null = `catalog.sqlite` under the root, a `postgres:` URL, or the path
 * of a file. Nothing is opened or written yet. Fault: catalog_address.
 */
export async function openStore(
  root: string,
  address: string | null,
): Promise<Result<CatalogStore, Fault>> {
  if (address === null) return ok(createSqliteStore(join(root, "catalog.sqlite")));
  if (!/^[a-z]+:\/\//i.test(address)) return ok(createSqliteStore(resolve(address)));
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url !== null && /^postgres(ql)?:$/.test(url.protocol)) {
    // The driver takes its time to load and most catalogs are files.
    const { createPostgresStore } = await import("./postgres-store.ts");
    return ok(createPostgresStore(url));
  }
  // The address itself is not shown: it may hold a password.
  const message = "the catalog is a path or a URL like postgres://user@host:5432/database";
  return err({ code: "catalog_address", message });
}
