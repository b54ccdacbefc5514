import { expect, it } from "vitest";
import { sourceFiles, textOf } from "./source-files.ts";

it("the room of Gorse's clients is imported by the app of serving alone", () => {
  const sources = sourceFiles("workers/*.ts", "shared/*.ts", "web/*.ts", "web/*.tsx");
  const room = "workers/recommend/gorse/";
  expect(sources.filter((path) => path.startsWith(room)).length).toBeGreaterThan(1);
  const visitors = sources.filter(
    (path) => !path.startsWith(room) && /from "[^"]*\/gorse\//.test(textOf(path)),
  );
  expect(visitors).toEqual(["workers/recommend/app.ts"]);
});
