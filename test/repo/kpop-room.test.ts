import { expect, it } from "vitest";
import { sourceFiles, textOf } from "./source-files.ts";

it("the room of the K-pop service's clients is imported by the app of serving alone", () => {
  const sources = sourceFiles("workers/*.ts", "shared/*.ts", "web/*.ts", "web/*.tsx");
  const room = "workers/recommend/kpop/";
  expect(sources.filter((path) => path.startsWith(room)).length).toBeGreaterThan(1);
  const visitors = sources.filter(
    (path) => !path.startsWith(room) && /from "[^"]*\/kpop\//.test(textOf(path)),
  );
  expect(visitors).toEqual(["workers/recommend/app.ts"]);
});
