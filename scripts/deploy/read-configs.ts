import { join } from "node:path";
import { experimental_readRawConfig as readRawConfig } from "wrangler";
import { ROOT } from "../build/root.ts";
import { CONFIG_FILES, type RawConfigs, type Role } from "./deployment.ts";

/** The three wrangler.toml as they stand in the repository. */
export function readConfigs(): RawConfigs {
  const read = (role: Role) => readRawConfig({ config: join(ROOT, CONFIG_FILES[role]) }).rawConfig;
  return { recommend: read("recommend"), api: read("api"), trainer: read("trainer") };
}
