import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isJsonList, parseJson } from "#base";
import type { ByColumn } from "../column.ts";
import type { Driver } from "./driver.ts";

/** Both libraries and our own words; the libraries are loaded now and not before. */
export async function loadDrivers(ownVersion: string): Promise<ByColumn<Driver>> {
  const { createDirectDriver } = await import("./direct-driver.ts");
  const { createOkxSdkDriver } = await import("./okx-sdk-driver.ts");
  const { createCcxtDriver } = await import("./ccxt-driver.ts");
  return {
    direct: createDirectDriver(ownVersion),
    okx_sdk: createOkxSdkDriver(versionOf("okx-api")),
    ccxt: createCcxtDriver(versionOf("ccxt")),
  };
}

/** As the package says of itself; `unknown` where it cannot be found. */
function versionOf(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.resolve(name)));
  for (let depth = 0; depth < maxDepth; depth += 1) {
    const version = readVersion(join(folder, "package.json"), name);
    if (version !== null) return version;
    folder = dirname(folder);
  }
  return "unknown";
}

const maxDepth = 6;

function readVersion(path: string, name: string): string | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return null;
  }
  const json = parseJson(text);
  if (!json.ok || typeof json.value !== "object" || json.value === null) return null;
  if (isJsonList(json.value) || json.value["name"] !== name) return null;
  const { version } = json.value;
  return typeof version === "string" ? version : null;
}
