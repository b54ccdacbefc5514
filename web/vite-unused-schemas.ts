/** Leaves the schemas that no page uses out of the built dashboard. */
import type { Rolldown } from "vite";

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

interface Value extends Node {
  readonly properties?: readonly { readonly value?: Value }[];
}

/** The statement of a constant, whether exported or not. */
interface Statement extends Node {
  readonly declaration?: Statement | null;
  readonly kind?: string;
  readonly declarations?: readonly { readonly init: Value | null }[];
}

/** Whether a value is a call, or an object with one in it, such as the fields that several schemas share. */
function calls({ type, properties = [] }: Value): boolean {
  return type === "CallExpression" || properties.some(({ value }) => value !== undefined && calls(value));
}

/** The values of a module's constants that are made by calls. */
function madeByCalls(body: readonly Statement[]): Value[] {
  return body
    .map((statement) => statement.declaration ?? statement)
    .filter(({ kind }) => kind === "const")
    .flatMap(({ declarations = [] }) => declarations.map(({ init }) => init))
    .filter((init) => init !== null)
    .filter(calls);
}

/**
 * The files of the contract hold constants and types beside schemas. A bundler keeps a schema that nobody uses, because the calls that
 * make it might do something else. They do not: this says so. A page that uses only a constant then loads neither the schemas nor zod.
 */
export function unusedSchemas(): Rolldown.Plugin {
  return {
    name: "unused-schemas",
    transform: {
      filter: { id: /\/shared\/contract\/.*\.ts$/ },
      handler(code) {
        const { body } = this.parse(code, { lang: "ts" });
        const values = madeByCalls(body as readonly Statement[]);
        const marked = values.toReversed().reduce((text, { start, end }) => {
          const value = text.slice(start, end);
          return `${text.slice(0, start)}/* @__PURE__ */ (() => (${value}))()${text.slice(end)}`;
        }, code);
        return { code: marked, map: null };
      },
    },
  };
}
