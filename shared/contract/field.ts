/**
 * Fields of request bodies with Django REST framework's leniency and texts, which Recotem's clients expect. "7" is an integer, 7
 * is a name, and each refusal is one sentence about one field. Every field is required and not null unless `.optional()`,
 * `.nullish()` or `.default()` follows.
 */
import * as z from "zod";
import { HALF_CHARACTER, HALF_CHARACTER_TEXT } from "./half-character.ts";
import { jsonProblem } from "./json-bounds.ts";
import { AMBIGUOUS_NUMBER_TEXT, textOfNumber } from "./number-text.ts";

export const REQUIRED_TEXT = "This field is required.";
export const NULL_TEXT = "This field may not be null.";
export const BLANK_TEXT = "This field may not be blank.";
export const NOT_A_STRING_TEXT = "Not a valid string.";
export const NOT_A_FILE_TEXT = "The submitted data was not a file. Check the encoding type on the form.";
const DATETIME_TEXT =
  "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";

/** Integers of the management API fit into 32 bits, as in Recotem's tables. */
export const MIN_INTEGER = -2_147_483_648;
export const MAX_INTEGER = 2_147_483_647;

class Refusal {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** The description of a field for programs: a part of a JSON Schema. */
type Description = Readonly<Record<string, unknown>>;

/** Makes a schema from a reader, which returns the value or an error text. */
function field<T>(description: Description, read: (value: unknown) => T | Refusal) {
  const schema = z.custom<T>().transform((value: unknown, context): T => {
    const result =
      value === undefined
        ? new Refusal(REQUIRED_TEXT)
        : value === null
          ? new Refusal(NULL_TEXT)
          : read(value);
    if (!(result instanceof Refusal)) return result;
    context.issues.push({ code: "custom", message: result.message, input: value });
    return z.NEVER;
  });
  return schema.meta({ ...description });
}

/** Leaves out unknown values. */
function known(description: Description): Description {
  return Object.fromEntries(Object.entries(description).filter(([, value]) => value !== undefined));
}

interface TextRules {
  readonly max?: number;
  readonly min?: number;
  readonly blank?: boolean;
  readonly trim?: boolean;
  readonly pattern?: { readonly test: RegExp; readonly message: string };
}

/** Invisible characters: a text of these alone is blank. */
const UNSEEN = /[\p{Z}\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Text; surrounding white space is removed. A number is read as its digits, and refused if JSON may have changed them. */
export function text(rules: TextRules = {}) {
  const minLength = rules.min ?? (rules.blank ? undefined : 1);
  return field<string>(known({ type: "string", minLength, maxLength: rules.max }), (raw) => {
    if (typeof raw !== "string" && typeof raw !== "number") return new Refusal(NOT_A_STRING_TEXT);
    const whole = typeof raw === "number" ? textOfNumber(raw) : raw;
    if (whole === null) return new Refusal(AMBIGUOUS_NUMBER_TEXT);
    const value = rules.trim === false ? whole : whole.trim();
    const seen = rules.trim === false ? value : value.replace(UNSEEN, "");
    if (seen === "") return rules.blank ? "" : new Refusal(BLANK_TEXT);
    if (HALF_CHARACTER.test(value)) return new Refusal(HALF_CHARACTER_TEXT);
    if (value.includes("\0")) return new Refusal("Null characters are not allowed.");
    if (rules.max !== undefined && value.length > rules.max) {
      return new Refusal(`Ensure this field has no more than ${rules.max} characters.`);
    }
    if (rules.min !== undefined && value.length < rules.min) {
      return new Refusal(`Ensure this field has at least ${rules.min} characters.`);
    }
    if (rules.pattern && !rules.pattern.test.test(value)) return new Refusal(rules.pattern.message);
    return value;
  });
}

interface NumberRules {
  readonly min?: number;
  readonly max?: number;
}

function outsideRange(value: number, rules: NumberRules, show: (limit: number) => string): Refusal | null {
  if (rules.max !== undefined && value > rules.max) {
    return new Refusal(`Ensure this value is less than or equal to ${show(rules.max)}.`);
  }
  if (rules.min !== undefined && value < rules.min) {
    return new Refusal(`Ensure this value is greater than or equal to ${show(rules.min)}.`);
  }
  return null;
}

export function integer(rules: NumberRules = {}) {
  const limits = { min: MIN_INTEGER, max: MAX_INTEGER, ...rules };
  return field<number>({ type: "integer", minimum: limits.min, maximum: limits.max }, (raw) => {
    const digits = typeof raw === "number" || typeof raw === "string" ? String(raw).trim() : "";
    const match = /^([+-]?\d{1,15})(\.0*)?$/.exec(digits);
    if (!match) return new Refusal("A valid integer is required.");
    const value = Number(match[1]);
    return outsideRange(value, limits, String) ?? value;
  });
}

export function float(rules: NumberRules = {}) {
  const show = (limit: number) => (Number.isInteger(limit) ? limit.toFixed(1) : String(limit));
  return field<number>(known({ type: "number", minimum: rules.min, maximum: rules.max }), (raw) => {
    const isText = typeof raw === "string" && raw.trim() !== "";
    const value = typeof raw === "number" || isText ? Number(raw) : Number.NaN;
    if (!Number.isFinite(value)) return new Refusal("A valid number is required.");
    return outsideRange(value, rules, show) ?? value;
  });
}

const TRUE_WORDS = new Set(["t", "y", "yes", "true", "on", "1"]);
const FALSE_WORDS = new Set(["f", "n", "no", "false", "off", "0"]);

export function boolean() {
  return field<boolean>({ type: "boolean" }, (raw) => {
    const word = typeof raw === "object" ? "" : String(raw).toLowerCase();
    if (TRUE_WORDS.has(word)) return true;
    return FALSE_WORDS.has(word) ? false : new Refusal("Must be a valid boolean.");
  });
}

/** One of a list of words. `names` explains them to readers. `formChoices`: those that Recotem has, if it does not have all. */
export function choice<const T extends string>(
  choices: readonly T[],
  names?: Readonly<Record<T, string>>,
  formChoices?: readonly T[],
) {
  const described = { "x-enumDescriptions": names, "x-formChoices": formChoices };
  return wordOf(choices, described, (given) => `"${given}" is not a valid choice.`);
}

/** One of a list of words, with a refusal of its own. @param refusal Of the given word. */
export function choiceWith<const T extends string>(
  choices: readonly T[],
  refusal: (given: string) => string,
) {
  return wordOf(choices, {}, refusal);
}

/** @param refusal Of the given word. */
function wordOf<T extends string>(
  choices: readonly T[],
  described: Description,
  refusal: (given: string) => string,
) {
  return field<T>(known({ type: "string", enum: choices, ...described }), (raw) => {
    const found = choices.find((known) => known === raw);
    if (found !== undefined) return found;
    // Lists and objects have no text of their own: converting them may run their code.
    if (typeof raw === "object") return new Refusal(`A ${typeName(raw)} is not a valid choice.`);
    return new Refusal(refusal(String(raw)));
  });
}

const TYPE_NAMES: Readonly<Record<string, string>> = { boolean: "bool", string: "str", number: "float" };

function typeName(value: unknown): string {
  if (Array.isArray(value)) return "list";
  return TYPE_NAMES[typeof value] ?? "dict";
}

/** The id of another row. The service checks that the row exists and belongs to the caller. */
export function reference() {
  return field<number>({ type: "integer", minimum: 1 }, (raw) => {
    const isId = typeof raw === "number" || typeof raw === "string";
    const value = isId && /^\d{1,15}$/.test(String(raw).trim()) ? Number(raw) : null;
    return value ?? new Refusal(`Incorrect type. Expected pk value, received ${typeName(raw)}.`);
  });
}

export function dateTime() {
  return field<string>({ type: "string", format: "date-time" }, (raw) => {
    const parsed = z.iso.datetime({ offset: true, local: true }).safeParse(raw);
    if (!parsed.success) return new Refusal(DATETIME_TEXT);
    const zoned = /(Z|[+-]\d\d:\d\d)$/.test(parsed.data) ? parsed.data : `${parsed.data}Z`;
    return Number.isNaN(Date.parse(zoned)) ? new Refusal(DATETIME_TEXT) : zoned;
  });
}

/** A value that has to be there, and that the caller checks. */
export function present() {
  return field<unknown>({}, (raw) => raw);
}

/** Any value of JSON within the bounds of stored values. */
export function jsonValue() {
  return field<unknown>({}, (raw) => {
    const problem = jsonProblem(raw);
    return problem === null ? raw : new Refusal(problem);
  });
}

export function uuid() {
  return field<string>({ type: "string", format: "uuid" }, (raw) => {
    const parsed = z.guid().safeParse(raw);
    return parsed.success ? parsed.data.toLowerCase() : new Refusal("Must be a valid UUID.");
  });
}

export function jsonObject(message: string) {
  return field<Record<string, unknown>>({ type: "object" }, (raw) => {
    if (typeof raw !== "object" || Array.isArray(raw)) return new Refusal(message);
    const problem = jsonProblem(raw);
    return problem === null ? (raw as Record<string, unknown>) : new Refusal(problem);
  });
}

export function jsonList(message: string) {
  return field<unknown[]>({ type: "array", items: { type: "object" } }, (raw) => {
    if (!Array.isArray(raw)) return new Refusal(message);
    const problem = jsonProblem(raw);
    return problem === null ? raw : new Refusal(problem);
  });
}

/** Largest number of characters of a text in a list. */
const MAX_LIST_TEXT = 256;

function tooMany(max: number): string {
  return `Ensure this field has no more than ${max} elements.`;
}

/** A list of texts; `check` may refuse the whole list with a sentence. */
export function textList<T extends string = string>(options: {
  readonly notAList: string;
  /** Largest number of entries. A repeated entry counts once and is kept once. */
  readonly max: number;
  readonly check?: (list: readonly string[]) => string | null;
}) {
  const { max } = options;
  return field<T[]>({ type: "array", items: { type: "string" }, maxItems: max }, (raw) => {
    if (!Array.isArray(raw) || raw.some((entry) => typeof entry !== "string")) {
      return new Refusal(options.notAList);
    }
    const distinct = [...new Set<string>(raw)];
    if (distinct.length > max) return new Refusal(tooMany(max));
    const isLong = distinct.some((entry) => entry.length > MAX_LIST_TEXT);
    if (isLong) return new Refusal(`Ensure each entry has no more than ${MAX_LIST_TEXT} characters.`);
    const problem = options.check?.(distinct) ?? null;
    return problem === null ? (distinct as T[]) : new Refusal(problem);
  });
}

/** A list of ids as text; numbers are read as their digits, as in `text`. */
export function idList(max: number) {
  return field<string[]>({ type: "array", items: { type: "string" }, maxItems: max }, (raw) => {
    if (!Array.isArray(raw)) {
      return new Refusal(`Expected a list of items but got type "${typeName(raw)}".`);
    }
    if (raw.length > max) return new Refusal(tooMany(max));
    const wrong = raw.some((entry) => typeof entry !== "string" && typeof entry !== "number");
    if (wrong) return new Refusal(NOT_A_STRING_TEXT);
    const ids = raw.map((entry: string | number) =>
      typeof entry === "number" ? textOfNumber(entry) : entry,
    );
    return ids.includes(null) ? new Refusal(AMBIGUOUS_NUMBER_TEXT) : (ids as string[]);
  });
}

export function email() {
  return field<string>({ type: "string" }, (raw) => {
    if (typeof raw !== "string") return new Refusal(NOT_A_STRING_TEXT);
    const value = raw.trim();
    if (value === "" || z.email().safeParse(value).success) return value;
    return new Refusal("Enter a valid email address.");
  });
}
