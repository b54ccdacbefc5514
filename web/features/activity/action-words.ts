/** Changes of a project in plain words. */
import type { Catalogue } from "../../words/en/catalogue.ts";
import { catalogue } from "../../words/language.ts";
import { t } from "../../words/words.ts";

type Thing = keyof Catalogue["activity"]["things"];
type Deed = keyof Catalogue["activity"]["deeds"];

const VERBS: Readonly<Record<string, Deed>> = {
  POST: "created",
  PUT: "changed",
  PATCH: "changed",
  DELETE: "deleted",
};

/** Files are uploaded, not created. */
const FILES: readonly string[] = ["training_data", "item_meta_data", "user_meta_data"];

const isThing = (name: string): name is Thing => Object.hasOwn(catalogue().activity.things, name);
/** Whether the last part of a path is an action. */
const isDeed = (name: string): name is Deed => Object.hasOwn(catalogue().activity.deeds, name);

/** Changes of a project's members; the row is an invitation or an account. */
const OF_TEAM: Readonly<Record<string, keyof Catalogue["activity"]["team"]>> = {
  "POST /project/:id/invitations": "invited",
  "DELETE /project/:id/invitations/:invitation": "withdrew",
  "POST /invitation/accept": "joined",
  "PATCH /project/:id/members/:user": "changedRole",
  "DELETE /project/:id/members/:user": "removed",
  "POST /project/:id/leave": "left",
};

/**
 * `POST /api_keys/:id/rotate` of row 7 → `gave another secret to API key 7`. An unknown action is shown unchanged.
 *
 * @param fileName The name of a data file, if known.
 */
export function describeAction(
  action: string,
  target: number,
  fileName: (dataId: number) => string | undefined = () => undefined,
): string {
  const ofTeam = Object.hasOwn(OF_TEAM, action) ? OF_TEAM[action] : undefined;
  if (ofTeam) return t(`activity.team.${ofTeam}`, target);
  const [method = "", path = ""] = action.split(" ");
  const parts = path.split("/").filter((part) => part !== "" && !part.startsWith(":"));
  const resource = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  const verb = method === "POST" && FILES.includes(resource) ? "uploaded" : VERBS[method];
  const deed = isDeed(last) ? last : parts.length === 1 ? verb : undefined;
  if (!isThing(resource) || !deed) return t("activity.unknown", action, target);
  const name = resource === "training_data" ? fileName(target) : undefined;
  return t(`activity.deeds.${deed}`, name ?? `${t(`activity.things.${resource}`)} ${target}`);
}
