import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tarEnd, tarEntries, tarHeader, tarPadding } from "#storage/tar.ts";

const FILES = { blocks: "y".repeat(1024), empty: "", odd: "z".repeat(700) } as const;

function archive(): Buffer {
  const parts = Object.entries(FILES).flatMap(([name, content]) => {
    return [tarHeader(name, content.length), Buffer.from(content), tarPadding(content.length)];
  });
  return Buffer.concat([...parts, tarEnd()]);
}

it("archives are those that the tar of the system reads and writes", async () => {
  const place = mkdtempSync(join(tmpdir(), "edgewise-tar-"));
  try {
    writeFileSync(join(place, "ours.tar"), archive());
    execFileSync("tar", ["-xf", "ours.tar"], { cwd: place });
    for (const [name, content] of Object.entries(FILES)) {
      expect(readFileSync(join(place, name), "utf8")).toBe(content);
    }
    execFileSync("tar", ["--format=ustar", "-cf", "theirs.tar", ...Object.keys(FILES)], { cwd: place });
    const chunks = (async function* () {
      yield readFileSync(join(place, "theirs.tar"));
    })();
    const sizes: Record<string, number> = {};
    for await (const { name, size } of tarEntries(chunks)) sizes[name] = size;
    expect(sizes).toEqual({ blocks: 1024, empty: 0, odd: 700 });
  } finally {
    rmSync(place, { recursive: true });
  }
});
