/** The schemas of a document, each with its own name: generated clients have a type for each. */
import * as z from "zod";

type Json = Record<string, unknown>;
type Io = "input" | "output";

const PREFIX = "#/components/schemas/";

export class Components {
  readonly #registry = z.registry<{ id: string }>();
  readonly #usedAs = new Map<string, Io>();

  /** @param named  Schemas of the contract by the names that they get everywhere. */
  constructor(named: Readonly<Record<string, z.ZodType>>) {
    for (const [id, schema] of Object.entries(named)) this.#registry.add(schema, { id });
  }

  /** A reference to a schema. Throws if one schema is both a body and an answer: it would need two names. */
  refTo(schema: z.ZodType, io: Io, nameIfNone: string): Json {
    const known = this.#registry.get(schema);
    if (!known) this.#registry.add(schema, { id: nameIfNone });
    const id = known?.id ?? nameIfNone;
    if ((this.#usedAs.get(id) ?? io) !== io) throw new TypeError(`The schema ${id} is a body and an answer.`);
    this.#usedAs.set(id, io);
    return { $ref: PREFIX + id };
  }

  /** All schemas that references lead to, directly or through others, in the order of their names. */
  schemas(): Json {
    const all = { input: this.#convert("input"), output: this.#convert("output") };
    const found = new Map<string, Json>();
    const visit = (id: string, io: Io): void => {
      if (found.has(id)) return;
      const schema = all[this.#usedAs.get(id) ?? io][id] ?? {};
      found.set(id, schema);
      for (const next of referencesIn(schema)) visit(next, io);
    };
    for (const [id, io] of this.#usedAs) visit(id, io);
    return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #convert(io: Io): Readonly<Record<string, Json>> {
    const { schemas } = z.toJSONSchema(this.#registry, {
      io,
      unrepresentable: "any",
      ...(io === "input" && { override: tellDefault }),
      uri: (id) => PREFIX + id,
    });
    const entries = Object.entries(schemas as Record<string, Json>);
    return Object.fromEntries(
      entries.map(([id, { $schema: _dialect, $id: _own, ...schema }]) => [id, schema]),
    );
  }
}

/** In words: generators treat a field of a body with a `default` as required. */
function tellDefault({ jsonSchema }: { readonly jsonSchema: Json }): void {
  if (!("default" in jsonSchema)) return;
  jsonSchema.description = `${JSON.stringify(jsonSchema.default)} by default`;
  delete jsonSchema.default;
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "$ref" && typeof inner === "string" ? [inner.slice(PREFIX.length)] : referencesIn(inner),
  );
}
