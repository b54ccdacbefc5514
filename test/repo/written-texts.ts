/** Finds texts for people that stand in source code: in JSX, in string literals and in templates. */
import { parseSync } from "vite";

/** Attributes that people read or hear. */
const READ =
  /^(aria-label|alt|placeholder|title|label|description|subtitle|hint|help|legend|caption|empty|what|note|trigger|confirm|copy|fallback)$/;
/** Attributes whose strings are for the browser. */
const FOR_THE_BROWSER = /^(class|classList|style|d|viewBox|accept|stroke-dasharray|aria-keyshortcuts)$/;
const WORD = /\p{L}{2,}/u;
const TWO_WORDS = /\p{L}{2,}\S* +\S*\p{L}{2,}/u;
const CAPITALISED = /^\p{Lu}\p{Ll}/u;
/** Class names have no capitals and no ends of sentences, and one of them has a hyphen, a colon or a bracket inside. */
const CLASS_LIST = /^[^\p{Lu}]*[^\p{Lu}.?!…]$/u;
const CLASS_NAME = /(?:^|\s)!?[a-z]+(?:-|:|\[)[a-z0-9[-]\S*/;

/** Fonts, media queries, lists of elements, and markup. */
const STYLE = /, sans-serif$|^\(prefers-[a-z-]+: \w+\)$|^[a-z]+(, [a-z]+)+$|px word$|^<\w|="/;

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

interface Place {
  /** Inside an expression of JSX: what stands there alone may be a text, too. */
  readonly isInJsx: boolean;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

const nameOf = (node: unknown): string =>
  isNode(node) && typeof node.name === "string"
    ? node.name
    : isNode(node) && node.type === "MemberExpression"
      ? `${nameOf(node.object)}.${nameOf(node.property)}`
      : "";

/** Parts of a program that no visitor reads: types, imports, errors for engineers, comparisons, keys of the catalogue. */
function isUnread(node: Node): boolean {
  if (/^(Import|ExportAll|TS(?!As|Satisfies|NonNull))/.test(node.type)) return true;
  if (node.type === "NewExpression")
    return (
      /(?:Error|Exception)$|^RegExp$|Format$/.test(nameOf(node.callee)) && nameOf(node.callee) !== "ApiError"
    );
  if (node.type === "CallExpression") return /^console\./.test(nameOf(node.callee));
  return node.type === "BinaryExpression" && /^[!=]==?$/.test(String(node.operator));
}

function isText(text: string, { isInJsx }: Place): boolean {
  if (STYLE.test(text)) return false;
  const isSentence = TWO_WORDS.test(text) && !(CLASS_LIST.test(text) && CLASS_NAME.test(text));
  return isSentence || (isInJsx && CAPITALISED.test(text));
}

/** A template as it may read, with a word in place of each value. */
function templateText(node: Node): string {
  const parts = (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked);
  return parts.some((part) => WORD.test(part)) ? parts.join("word") : "";
}

function* attributeTexts(node: Node): Generator<string> {
  const name = isNode(node.name) ? String(node.name.name) : "";
  const value = node.value;
  if (!isNode(value) || FOR_THE_BROWSER.test(name)) return;
  if (value.type !== "Literal") yield* textsIn(value, { isInJsx: READ.test(name) });
  else if (READ.test(name) ? WORD.test(String(value.value)) : isText(String(value.value), { isInJsx: false }))
    yield String(value.value);
}

/** The values that a call of `t` puts into a text: its first argument is a key. */
function childrenOf(node: Node): Node[] {
  const isCallOfT = node.type === "CallExpression" && nameOf(node.callee) === "t";
  const children = isCallOfT
    ? (node.arguments as unknown[]).slice(1)
    : Object.entries(node).flatMap(([key, child]) => (key === "key" ? [] : child));
  return children.filter(isNode);
}

function* textsIn(node: Node, place: Place): Generator<string> {
  if (isUnread(node)) return;
  if (node.type === "JSXAttribute") {
    yield* attributeTexts(node);
    return;
  }
  if (node.type === "JSXText" && WORD.test(String(node.value))) yield String(node.value).trim();
  if (node.type === "Literal" && typeof node.value === "string" && isText(node.value, place))
    yield node.value;
  if (node.type === "TemplateLiteral" && isText(templateText(node), { isInJsx: false }))
    yield templateText(node);
  const isInJsx = node.type === "JSXExpressionContainer" || (place.isInJsx && !/Function/.test(node.type));
  for (const child of childrenOf(node)) yield* textsIn(child, { isInJsx });
}

/** The texts of a file that a visitor would read as they are written there. */
export function writtenTexts(path: string, source: string): string[] {
  return [...textsIn(parseSync(path, source).program as unknown as Node, { isInJsx: false })];
}
