/** Decisions are named by their numbers, so each number is one decision. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const FOLDER = "docs/adr";

it("gives each decision a number of its own, in its file's name and in its title", () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".md"));
  const numbers = files.map((name) => Number(name.slice(0, 4)));
  expect(numbers).toEqual(files.map((_, at) => at + 1));
  const titles = files.map((name) =>
    Number(/^# (\d+)\. /.exec(readFileSync(`${FOLDER}/${name}`, "utf8"))?.[1]),
  );
  expect(titles).toEqual(numbers);
});
