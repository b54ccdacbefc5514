import type { Catalogue } from "../../words/en/catalogue.ts";

export interface Place {
  /** Relative to the address of the project. */
  readonly path: string;
  readonly name: keyof Catalogue["shell"]["places"];
}

/** Places under a heading that says what people do there; the first has none. */
export interface PlaceGroup {
  readonly name: keyof Catalogue["shell"]["groups"] | null;
  readonly places: readonly Place[];
}

/** The navigation of a project: from its data to what is live, then what connects and manages it. */
export const PLACE_GROUPS: readonly PlaceGroup[] = [
  { name: null, places: [{ path: "", name: "overview" }] },
  {
    name: "collect",
    places: [
      { path: "/data", name: "data" },
      { path: "/events", name: "events" },
    ],
  },
  {
    name: "build",
    places: [
      { path: "/tuning", name: "tuning" },
      { path: "/models", name: "models" },
      { path: "/inspect", name: "inspect" },
      { path: "/retraining", name: "retraining" },
    ],
  },
  {
    name: "serve",
    places: [
      { path: "/live", name: "live" },
      { path: "/rules", name: "rules" },
      { path: "/experiments", name: "experiments" },
      { path: "/usage", name: "usage" },
    ],
  },
  {
    name: "connect",
    places: [
      { path: "/keys", name: "keys" },
      { path: "/webhooks", name: "webhooks" },
    ],
  },
  {
    name: "manage",
    places: [
      { path: "/team", name: "team" },
      { path: "/activity", name: "activity" },
      { path: "/settings", name: "settings" },
    ],
  },
];

/** The places of a project, in the order of the navigation. */
export const PLACES: readonly Place[] = PLACE_GROUPS.flatMap(({ places }) => places);

/** The place of an address inside a project, and whether the address is of a page below it; null outside of all places. */
export function placeOf(
  pathname: string,
  projectId: number,
): { readonly place: Place; readonly isBelow: boolean } | null {
  const inside = pathname.replace(/\/$/, "").slice(`/projects/${projectId}`.length);
  const place = PLACES.find(({ path }) => path === inside || (path !== "" && inside.startsWith(`${path}/`)));
  return place ? { place, isBelow: place.path !== inside } : null;
}
