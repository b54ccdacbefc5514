import { describe, expect, it } from "vitest";
import { PLACE_GROUPS, PLACES, placeOf } from "#web/features/shell/places.ts";
import { en } from "#web/words/en/index.ts";

const found = (pathname: string) => {
  const at = placeOf(pathname, 7);
  return at && [at.place.name, at.isBelow];
};

describe("the navigation of a project", () => {
  it("has every place that has a name, once", () => {
    expect(PLACES.map(({ name }) => name).sort()).toEqual(Object.keys(en.shell.places).sort());
  });

  it("has a name for each group but the first", () => {
    expect(PLACE_GROUPS.map(({ name }) => name)).toEqual([null, ...Object.keys(en.shell.groups)]);
  });
});

describe("the place of an address", () => {
  it("is the overview at the address of the project", () => {
    expect(found("/projects/7")).toEqual(["overview", false]);
    expect(found("/projects/7/")).toEqual(["overview", false]);
  });

  it.each(PLACES.filter(({ path }) => path !== ""))("is found at $path, and below it", ({ name, path }) => {
    expect(found(`/projects/7${path}`)).toEqual([name, false]);
    expect(found(`/projects/7${path}/12`)).toEqual([name, true]);
  });

  it("is none outside of the places", () => {
    expect(found("/projects/7/nowhere")).toBeNull();
    expect(found("/projects/7/database")).toBeNull();
  });
});
