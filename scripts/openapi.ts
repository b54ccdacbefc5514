/** `npm run gen`: writes `docs/openapi.json`, the description of the management API as the deployment itself serves it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

interface App {
  fetch(request: Request): Promise<Response>;
}

/** Loaded by address: its types are those of the Workers runtime, and this is Node. */
async function load<T>(path: string): Promise<T> {
  return (await import(new URL(path, import.meta.url).href)) as T;
}

const { createApp } = await load<{ createApp(deps: object): App }>("../workers/api/app.ts");
const { ownDialect } = await load<{ ownDialect: object }>("../workers/api/dialect/own-dialect.ts");
const { NO_LIMITS } = await load<{ NO_LIMITS: object }>("../workers/core/services/access/rates.ts");

/** Nothing else is needed to describe: the request reaches no service. */
const app = createApp({
  secret: "x".repeat(32),
  clock: Date.now,
  randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
  logger: { info() {}, warn() {}, error() {} },
  dialect: ownDialect,
  settings: {
    allowSignup: true,
    rates: NO_LIMITS,
    secureCookies: true,
    allowedOrigins: [],
    administrator: null,
  },
});
const response = await app.fetch(new Request("https://edgewise.test/api/v1/schema/?format=json"));
if (!response.ok) throw new Error(`The API answered ${response.status}.`);
const text = `${JSON.stringify(await response.json(), null, 1)}\n`;
writeFileSync(join(import.meta.dirname, "../docs/openapi.json"), text);
