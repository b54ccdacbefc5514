/** Places: a text "latitude,longitude", an object, or two columns of numbers. */
import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { FeatureRow } from "./feature-row.ts";
import { numberOf } from "./read-cell.ts";

/** In degrees; latitude −90 … 90, longitude −180 … 180. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

const PAIR = /^\s*([+-]?\d+(?:\.\d+)?)\s*,\s*([+-]?\d+(?:\.\d+)?)\s*$/;
const LATITUDES = ["lat", "latitude"];
const LONGITUDES = ["lon", "lng", "long", "longitude"];

/** The place of a row in a column of the type `geo`; null if nothing is known, or it is none on Earth. */
export function placeOf({ name, longitude }: FeatureColumn, row: FeatureRow): Place | null {
  if (longitude === undefined) return placeOfCell(row[name]);
  return onEarth(numberOf(row[name]), numberOf(row[longitude]));
}

/**
 * The place of one cell: "35.68,139.76", an object with `lat` and `lon` (also `latitude`, `lng`, `long`, `longitude`), a GeoJSON point,
 * whose coordinates are longitude and latitude, or the JSON text of an object.
 */
export function placeOfCell(cell: unknown): Place | null {
  if (typeof cell === "string") {
    const [, latitude, longitude] = PAIR.exec(cell) ?? [];
    return latitude === undefined ? placeOfObject(objectOf(cell)) : onEarth(latitude, longitude);
  }
  return placeOfObject(cell);
}

function placeOfObject(cell: unknown): Place | null {
  if (typeof cell !== "object" || cell === null || Array.isArray(cell)) return null;
  const fields = cell as Readonly<Record<string, unknown>>;
  if (fields.type === "Point" && Array.isArray(fields.coordinates)) {
    return onEarth(fields.coordinates[1], fields.coordinates[0]);
  }
  const of = (names: readonly string[]) => fields[names.find((name) => Object.hasOwn(fields, name)) ?? ""];
  return onEarth(of(LATITUDES), of(LONGITUDES));
}

function objectOf(text: string): unknown {
  if (!/^\s*\{.*\}\s*$/s.test(text)) return null;
  try {
    return JSON.parse(text);
  } catch {
    // Text that begins and ends like an object.
    return null;
  }
}

function onEarth(latitude: unknown, longitude: unknown): Place | null {
  const place = { latitude: numberOf(latitude), longitude: numberOf(longitude) };
  return Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180 ? place : null;
}

/** Cells of the grid in degrees: about 111 km and 11 km from south to north. */
const CELL_SIZES = [1, 0.1];

/** The cells of the grid that hold a place, the large one first. */
export function cellsOf({ latitude, longitude }: Place): string[] {
  // 180° east and west are the same meridian.
  const east = longitude === 180 ? -180 : longitude;
  return CELL_SIZES.map((size) => `${size}°:${Math.floor(latitude / size)},${Math.floor(east / size)}`);
}

/** The name of the column of longitudes that belongs to a column of latitudes; null if the name is of another kind. */
export function longitudeNameOf(name: string, names: readonly string[]): string | null {
  const [, before, latitude] = /^(|.*[^a-z])(lat|latitude)$/i.exec(name) ?? [];
  if (before === undefined || latitude === undefined) return null;
  const wanted = latitude.length > 3 ? LONGITUDES.toReversed() : LONGITUDES;
  for (const longitude of wanted) {
    const found = names.find((other) => other.toLowerCase() === (before + longitude).toLowerCase());
    if (found !== undefined) return found;
  }
  return null;
}
