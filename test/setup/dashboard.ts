import { buildWeb } from "#scripts/build-web.ts";

/** Builds the dashboard once before any test file runs: two deployments at the same time would each build into one folder. */
export function setup(): void {
  buildWeb((line) => console.log(line));
}
