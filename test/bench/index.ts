/** All benches of the engine, with the machine they ran on. Run: npm run bench (after `npm run build:wasm`). */
import { spawnSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

const PARTS = [
  ["Kernels", "kernels.ts"],
  ["Ingestion", "ingest.ts"],
  ["Fits", "engine.ts"],
  ["Rules", "rules.ts"],
] as const;

const [cpu] = cpus();
const memoryGb = Math.round(totalmem() / 2 ** 30);
process.stdout.write(
  `${cpu?.model ?? "unknown processor"}, ${cpus().length} cores, ${memoryGb} GB, Node ${process.version}\n`,
);

let isSound = true;
for (const [title, file] of PARTS) {
  process.stdout.write(`\n${title}\n`);
  const path = fileURLToPath(new URL(file, import.meta.url));
  isSound = spawnSync(process.execPath, [path], { stdio: "inherit" }).status === 0 && isSound;
}
if (!isSound) process.exitCode = 1;
