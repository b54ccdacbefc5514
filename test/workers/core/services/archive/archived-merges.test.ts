import { describe, expect, it } from "vitest";
import { ArchivedMerges } from "#services/archive/archived-merges.ts";
import { BadArchive } from "#storage/tar.ts";

function taking(...merges: [from: string, to: string][]) {
  const taken = new ArchivedMerges();
  return () => {
    for (const [from_user, to_user] of merges) taken.add({ from_user, to_user });
  };
}

describe("the merges of an archive", () => {
  it("may join chains in any order, and several users in one", () => {
    expect(taking(["b", "c"], ["a", "b"], ["x", "c"], ["c", "d"], ["y", "a"])).not.toThrow();
  });

  it.each<[string, ...[string, string][]]>([
    ["a user with themselves", ["a", "a"]],
    ["two users with each other", ["a", "b"], ["b", "a"]],
    ["the last of a chain with its first", ["b", "c"], ["a", "b"], ["c", "d"], ["d", "a"]],
    ["one user with two", ["a", "b"], ["a", "c"]],
    ["a user whose id is not clean", [" a", "b"]],
    ["a user with half of a character", ["a", "\ud800"]],
  ])("are refused if they merge %s", (_, ...merges) => {
    expect(taking(...merges)).toThrow(BadArchive);
  });
});
