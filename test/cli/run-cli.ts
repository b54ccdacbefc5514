/** Runs the command in this process, and makes the files that its tests read. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "#engine/random.ts";
import { main } from "../../cli/main.ts";

export interface CliResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Parses stdout, which must be one JSON object. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever the command prints.
  readonly json: any;
}

export async function runCli(args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  let stdout = "";
  let stderr = "";
  const status = await main(args, {
    stdout: {
      write(text) {
        stdout += text;
      },
    },
    stderr: {
      write(text) {
        stderr += text;
      },
    },
    env,
  });
  return {
    status,
    stdout,
    stderr,
    get json() {
      return JSON.parse(stdout);
    },
  };
}

export function tempDir(): string {
  return mkdtempSync(join(tmpdir(), "edgewise-cli-"));
}

/** Writes a file into a folder and gives its path. */
export function put(dir: string, name: string, content: string | Uint8Array): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

export interface Taste {
  readonly user: string;
  /** In order of time. */
  readonly items: readonly string[];
}

/** Users who like one of four groups of 12 items, with a little noise. */
export function tastes(userCount = 80, itemsPerUser = 12): Taste[] {
  const random = createRandom(3);
  return Array.from({ length: userCount }, (_, user) => {
    const items = new Set<string>();
    while (items.size < itemsPerUser) {
      const isOwn = random.below(10) < 8;
      items.add(`i${isOwn ? (user % 4) * 12 + random.below(12) : random.below(48)}`);
    }
    return { user: `u${user}`, items: [...items] };
  });
}

export function tastesCsv(rows: readonly Taste[] = tastes()): string {
  const lines = rows.flatMap(({ user, items }) =>
    items.map((item, at) => `${user},${item},${1 + (at % 3)},${1_700_000_000 + 60 * at}`),
  );
  return `user,item,weight,time\n${lines.join("\n")}\n`;
}

export function tastesLists(rows: readonly Taste[] = tastes()): string {
  return `${rows.map(({ user, items }) => [user, ...items].join(" ")).join("\n")}\n`;
}

export const CSV_COLUMNS = ["--user-column", "user", "--item-column", "item"];
