import type { Catalogue } from "../../words/en/catalogue.ts";

export interface Place {
  /** Relative to the address of the project. */
  readonly path: string;
  readonly name: keyof Catalogue["shell"]["places"];
}

/** The places of a project, in the order of the navigation. */
export const PLACES: readonly Place[] = [
  { path: "", name: "overview" },
  { path: "/data", name: "data" },
  { path: "/tuning", name: "tuning" },
  { path: "/models", name: "models" },
  { path: "/inspect", name: "inspect" },
  { path: "/live", name: "live" },
  { path: "/experiments", name: "experiments" },
  { path: "/rules", name: "rules" },
  { path: "/events", name: "events" },
  { path: "/webhooks", name: "webhooks" },
  { path: "/usage", name: "usage" },
  { path: "/retraining", name: "retraining" },
  { path: "/keys", name: "keys" },
  { path: "/activity", name: "activity" },
  { path: "/settings", name: "settings" },
];

/** The place of an address inside a project, and whether the address is of a page below it; null outside of all places. */
export function placeOf(
  pathname: string,
  projectId: number,
): { readonly place: Place; readonly isBelow: boolean } | null {
  const inside = pathname.replace(/\/$/, "").slice(`/projects/${projectId}`.length);
  const place = PLACES.find(({ path }) => path === inside || (path !== "" && inside.startsWith(`${path}/`)));
  return place ? { place, isBelow: place.path !== inside } : null;
}
