/** Whose account a deployment goes to, and what lets it. */
import { spawnSync } from "node:child_process";
import * as z from "zod";
import { WRANGLER } from "../build/root.ts";
import { DeployProblem } from "./deploy-problem.ts";
import { wranglerEnvironment } from "./run-wrangler.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const printedToken = z.object({ token: z.string().min(1) });

/** CLOUDFLARE_API_TOKEN, else what `wrangler login` has left (Wrangler renews it when it is old). Throws `DeployProblem` for neither. */
export function tokenOf(env: Environment): string {
  if (env.CLOUDFLARE_API_TOKEN) return env.CLOUDFLARE_API_TOKEN;
  const { stdout } = spawnSync(process.execPath, [WRANGLER, "auth", "token", "--json"], {
    env: wranglerEnvironment(env),
    encoding: "utf8",
  });
  const parsed = printedToken.safeParse(jsonIn(stdout));
  if (parsed.success) return parsed.data.token;
  throw new DeployProblem(
    "There are no credentials for Cloudflare. Run npx wrangler login, or set CLOUDFLARE_API_TOKEN (and CLOUDFLARE_ACCOUNT_ID).",
  );
}

const accountList = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).nullish(),
  result: z.array(z.object({ id: z.string(), name: z.string() })).nullish(),
});

/**
 * CLOUDFLARE_ACCOUNT_ID, else that of wrangler.toml, else the only account of the credentials. Throws `DeployProblem` for none or
 * several.
 *
 * @param configured `account_id` of wrangler.toml.
 */
export async function accountOf(
  env: Environment,
  configured: string | undefined,
  ask: () => Promise<Response>,
): Promise<string> {
  const given = env.CLOUDFLARE_ACCOUNT_ID || configured;
  if (given) return given;
  const answer = accountList.safeParse(await (await ask()).json());
  const accounts = (answer.success && answer.data.result) || [];
  const [only] = accounts;
  if (only && accounts.length === 1) return only.id;
  if (only) {
    const names = accounts.map(({ id, name }) => `  ${id}  ${name}`).join("\n");
    throw new DeployProblem(`You have several accounts. Set CLOUDFLARE_ACCOUNT_ID to one of:\n${names}`);
  }
  const [problem] = (answer.success && answer.data.errors) || [];
  const words = problem ? ` (${problem.message} [code: ${problem.code}])` : "";
  throw new DeployProblem(
    `Cloudflare names no account for these credentials${words}. Log in again (npx wrangler login), or set CLOUDFLARE_ACCOUNT_ID.`,
  );
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text.slice(text.indexOf("{")));
  } catch {
    return null;
  }
}
