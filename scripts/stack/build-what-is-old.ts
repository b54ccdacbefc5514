import { spawn } from "node:child_process";
import { join } from "node:path";
import { areWorkersBuilt, dashboardHash, isDashboardBuilt, workersDir } from "./built-stack.ts";
import { StackError } from "./stack-error.ts";

/**
 * Builds, in a process that ends with this one, what is not built from the sources as they are. Returns the folder of the Workers'
 * bundles. Throws `StackError`.
 */
export async function buildWhatIsOld(say: (line: string) => void): Promise<string> {
  const dir = workersDir();
  if (areWorkersBuilt(dir) && isDashboardBuilt(dashboardHash())) return dir;
  const child = spawn(process.execPath, [join(import.meta.dirname, "build.ts")], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let errors = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    for (const line of text.split("\n").filter(Boolean)) say(line);
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const status = await new Promise<number | null>((done) => child.once("close", done));
  if (status !== 0) throw new StackError(errors.trim() || "The build was ended.");
  const built = workersDir();
  if (!areWorkersBuilt(built))
    throw new StackError("The sources changed while they were built. Start again.");
  return built;
}
