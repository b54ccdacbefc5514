/** A problem that the person at the keyboard can solve; its message is all that is printed. */
export class DeployProblem extends Error {
  override readonly name = "DeployProblem";
}

const API_TOKENS = "https://dash.cloudflare.com/profile/api-tokens";
const PERMISSIONS =
  "Workers Scripts, Workers KV Storage, Workers R2 Storage, D1 and Queues (Edit), Account Settings (Read)";

/** What to do about an error of Cloudflare's API, by its code; null for one that has no sentence of its own. */
export function adviceOn(code: number, accountId: string): string | null {
  const dashboard = `https://dash.cloudflare.com/${accountId}`;
  switch (code) {
    case 10042:
    case 10136:
      return `R2 is not enabled on this account. Open ${dashboard}/r2/overview, enable R2 (a small amount is free), and run the command again.`;
    case 100129:
      return `Queues need the plan Workers Paid. Choose it at ${dashboard}/workers/plans and run the command again.`;
    case 11002:
      return `Queues are not enabled on this account. Open ${dashboard}/workers/queues, enable them, and run the command again.`;
    case 100328:
      return `The trainer needs more CPU time than the plan Workers Free has. Choose Workers Paid at ${dashboard}/workers/plans and run the command again.`;
    case 11004:
      return "One of the queues already has another consumer, and a queue takes one. Remove that consumer, or give the queue another name in wrangler.toml.";
    case 1000:
    case 6003:
    case 6111:
    case 9106:
    case 9109:
    case 10000:
      return (
        "Cloudflare refuses the credentials: they have expired, or they may not do this on the account " +
        `${accountId}. Log in again (npx wrangler login), or set CLOUDFLARE_API_TOKEN to a token of ${API_TOKENS} with: ${PERMISSIONS}.`
      );
    case 7000:
    case 7003:
    case 7403:
      return `There is no account "${accountId}" that these credentials reach. Correct CLOUDFLARE_ACCOUNT_ID (npx wrangler whoami lists yours).`;
    default:
      return null;
  }
}

/** The advice for the first code like `[code: 10042]` in what Wrangler printed; null for none. */
export function adviceOnPrinted(printed: string, accountId: string): string | null {
  for (const [, code] of printed.matchAll(/\[code: (\d+)\]/g)) {
    const advice = adviceOn(Number(code), accountId);
    if (advice) return advice;
  }
  return null;
}
