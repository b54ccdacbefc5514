/** One runtime serves many test files. Each file begins with the tables of all migrations, without rows, objects or entries. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";

await reset();
await applyD1Migrations(env.DB, env.MIGRATIONS);
