/** Builds the packages of `sdk/` and `sdk/nestjs/`, each to its `dist`: modules of JavaScript, and the types. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "./root.ts";

const SDK = join(ROOT, "sdk");
const NESTJS = join(SDK, "nestjs");

/** @param outDir Where the files go. Throws if the types have mistakes. */
export async function buildSdk(outDir = join(SDK, "dist")): Promise<void> {
  rmSync(outDir, { recursive: true, force: true });
  const common = { bundle: true, format: "esm", target: "es2022", outdir: outDir } as const;
  await build({ ...common, entryPoints: [join(SDK, "src/index.ts")] });
  await build({ ...common, entryPoints: [join(SDK, "src/beacon.ts")], minify: true });
  writeTypes(SDK, outDir);
}

/** The module for NestJS, which has the parts of the SDK that it needs. Throws as `buildSdk`. */
export async function buildNestModule(outDir = join(NESTJS, "dist")): Promise<void> {
  rmSync(outDir, { recursive: true, force: true });
  const entryPoints = [join(NESTJS, "src/index.ts")];
  await build({
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    outdir: outDir,
    entryPoints,
  });
  writeTypes(NESTJS, outDir);
}

function writeTypes(folder: string, outDir: string): void {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const args = [tsc, "-p", join(folder, "tsconfig.build.json"), "--outDir", outDir];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`The types of ${folder} have mistakes:\n${stdout}`);
}

if (import.meta.main) {
  await buildSdk();
  await buildNestModule();
}
