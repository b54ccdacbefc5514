/** What the properties of an item or a user may be, however they come: bounds that keep one item from costing as much as a catalogue. */
import { HALF_CHARACTER } from "./half-character.ts";
import {
  MAX_ITEM_BYTES,
  MAX_ITEM_DEPTH,
  MAX_ITEM_LIST,
  MAX_ITEM_PROPERTIES,
  MAX_ITEM_TEXT,
  MAX_PROPERTY_NAME,
  MAX_USER_BYTES,
} from "./limits.ts";

export interface PropertiesProblem {
  /** Where in the properties; empty for all of them. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for them.
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Whether a text can be stored and read again as it is. */
export function isStorableText(text: string): boolean {
  return !HALF_CHARACTER.test(text) && !text.includes("\u0000");
}

/** Whose properties they are, and how many bytes they may have as JSON. */
export interface PropertiesOwner {
  readonly name: string;
  readonly maxBytes: number;
}

const ITEM: PropertiesOwner = { name: "An item", maxBytes: MAX_ITEM_BYTES };
export const USER: PropertiesOwner = { name: "A user", maxBytes: MAX_USER_BYTES };

/** The first problem with properties, of an item by default, as they come out of JSON; null when they may be stored. */
export function propertiesProblem(
  properties: Readonly<Record<string, unknown>>,
  { name: owner, maxBytes }: PropertiesOwner = ITEM,
): PropertiesProblem | null {
  const names = Object.keys(properties);
  if (names.length > MAX_ITEM_PROPERTIES) {
    return {
      path: [],
      message: `${owner} has at most ${MAX_ITEM_PROPERTIES} properties, not ${names.length}`,
    };
  }
  for (const name of names) {
    const message = nameProblem(name);
    if (message !== null) return { path: [name.slice(0, MAX_PROPERTY_NAME)], message };
  }
  const inner = valueProblem(properties);
  if (inner !== null) return inner;
  const bytes = new TextEncoder().encode(JSON.stringify(properties)).length;
  if (bytes <= maxBytes) return null;
  return { path: [], message: `The properties have ${bytes} bytes, and ${maxBytes} are allowed` };
}

/** Whether a text is a JSON object that may be stored as properties. */
export function isStorableJson(text: string, owner?: PropertiesOwner): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    return propertiesProblem(value as Record<string, unknown>, owner) === null;
  } catch {
    return false;
  }
}

function nameProblem(name: string): string | null {
  if (name === "") return "A property needs a name";
  if (name.length > MAX_PROPERTY_NAME) {
    return `A property's name has at most ${MAX_PROPERTY_NAME} characters`;
  }
  if (name === "__proto__") return "A property cannot have this name";
  return CONTROL.test(name) || HALF_CHARACTER.test(name) ? "A property's name has a control character" : null;
}

/** Without recursion: a value nested a million times must not overflow the stack. */
function valueProblem(properties: Readonly<Record<string, unknown>>): PropertiesProblem | null {
  const left: { readonly value: unknown; readonly path: readonly (string | number)[] }[] = [
    { value: properties, path: [] },
  ];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value, path } = next;
    const message = partProblem(value, path.length);
    if (message !== null) return { path, message };
    if (typeof value !== "object" || value === null) continue;
    for (const [key, part] of Object.entries(value)) {
      left.push({ value: part, path: [...path, Array.isArray(value) ? Number(key) : key] });
    }
  }
  return null;
}

function partProblem(value: unknown, depth: number): string | null {
  if (typeof value === "number") return Number.isFinite(value) ? null : "Numbers must be finite";
  if (typeof value === "string") {
    if (value.length > MAX_ITEM_TEXT) return `A text has at most ${MAX_ITEM_TEXT} characters`;
    return isStorableText(value) ? null : "The text has a character that cannot be stored";
  }
  if (typeof value !== "object" || value === null) return null;
  if (depth > MAX_ITEM_DEPTH) return `Properties nest at most ${MAX_ITEM_DEPTH} levels`;
  if (Array.isArray(value) && value.length > MAX_ITEM_LIST)
    return `A list has at most ${MAX_ITEM_LIST} values`;
  return !Array.isArray(value) && Object.hasOwn(value, "__proto__")
    ? "A property cannot have the name __proto__"
    : null;
}
