import { build } from "./stack/build.ts";

/** Builds the dashboard to `web/dist`, unless that is built from the sources as they are. Throws when the build fails. */
export function buildWeb(say: (line: string) => void): Promise<void> {
  return build(say, { workers: false, dashboard: true });
}

if (import.meta.main) await buildWeb((line) => console.log(line));
