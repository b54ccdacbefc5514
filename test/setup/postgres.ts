/** A PostgreSQL of its own for a test: a new cluster on a free port, from the programs of the system's package. */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { waitFor } from "#cli/demo/wait-for.ts";
import { freePort } from "./stack.ts";

/** Where Debian and its relatives put the programs, one folder for each version. */
const DEBIAN_ROOT = "/usr/lib/postgresql";

export interface TestPostgres {
  /** `postgres://…` */
  readonly address: string;
  readonly sql: postgres.Sql;
  stop(): Promise<void>;
}

/** The folder of `initdb` and `postgres`; null where PostgreSQL is not installed. */
export function postgresPrograms(): string | null {
  const versions = existsSync(DEBIAN_ROOT)
    ? readdirSync(DEBIAN_ROOT).sort((a, b) => Number(b) - Number(a))
    : [];
  const folders = [
    ...versions.map((version) => join(DEBIAN_ROOT, version, "bin")),
    "/usr/bin",
    "/usr/local/bin",
  ];
  const isThere = (folder: string) => ["initdb", "postgres"].every((name) => existsSync(join(folder, name)));
  return folders.find(isThere) ?? null;
}

/** @param programs See `postgresPrograms`. */
export async function startPostgres(programs: string): Promise<TestPostgres> {
  const dir = mkdtempSync(join(tmpdir(), "edgewise-postgres-"));
  const port = await freePort();
  const user = serverUser();
  if (user) chownSync(dir, user.uid, user.gid);
  const data = join(dir, "data");
  const run = { ...user, cwd: dir, stdio: "ignore" } as const;
  execFileSync(
    join(programs, "initdb"),
    ["-D", data, "-U", "edgewise", "-A", "trust", "-E", "UTF8", "--no-sync"],
    run,
  );
  const settings = ["fsync=off", "max_connections=20", `unix_socket_directories=${dir}`];
  const options = settings.flatMap((setting) => ["-c", setting]);
  const server = spawn(
    join(programs, "postgres"),
    ["-D", data, "-p", String(port), "-h", "127.0.0.1", ...options],
    run,
  );
  const ended = new Promise((done) => server.once("exit", done));
  const address = `postgres://edgewise@127.0.0.1:${port}/postgres`;
  const sql = postgres(address, { max: 2, onnotice: () => undefined });
  await waitFor(
    () => sql`select 1`.then(() => true).catch(() => false),
    (answers) => answers,
  );
  return {
    address,
    sql,
    async stop() {
      await sql.end({ timeout: 1 });
      server.kill("SIGQUIT");
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root: it then runs as the user of its package. */
function serverUser(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}
