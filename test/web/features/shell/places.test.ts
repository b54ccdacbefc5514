import { describe, expect, it } from "vitest";
import { PLACES, placeOf } from "#web/features/shell/places.ts";

const found = (pathname: string) => {
  const at = placeOf(pathname, 7);
  return at && [at.place.name, at.isBelow];
};

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
