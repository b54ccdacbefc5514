import { expect, it } from "vitest";
import { PROJECT_ROLES } from "#contract/project-role.ts";
import { refusalOf } from "#web/components/role-refusal.ts";

it("refuses what needs more than the role has, and says whom to ask", () => {
  const refused = PROJECT_ROLES.flatMap((role) =>
    PROJECT_ROLES.filter((needed) => refusalOf(role, needed) !== null).map((needed) => `${role} < ${needed}`),
  );
  expect(refused).toEqual(["viewer < editor", "viewer < owner", "editor < owner"]);
  expect(refusalOf("viewer", "editor")).toContain("make you an editor");
  expect(refusalOf("editor", "owner")).toContain("Only owners");
});

it("refuses nothing while no role is known, or where none is needed", () => {
  expect([refusalOf(null, "owner"), refusalOf("viewer", undefined)]).toEqual([null, null]);
});
