import { buildWeb } from "#scripts/build-web.ts";

/** Builds the dashboard once before any test file runs: two deployments at the same time would each build into one folder. */
export async function setup(): Promise<void> {
  await buildWeb((line) => console.log(line));
}
