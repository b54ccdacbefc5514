/**
 * The codec of a resource is one table. For every column of its row, it says which field of the API's answer shows it and which
 * field of an archive keeps it. It also says how an import gets it back. A column without an entry does not compile; one that is
 * left out gives the reason. The route adds fields of the answer that are not columns.
 */
import type { ArchiveTable } from "#contract/archive.ts";
import type { UploadKind } from "#contract/upload.ts";
import { isoTimeOrNull } from "./iso-time.ts";

/** A column without any field, and the reason. */
export interface LeftOut {
  readonly leftOut: string;
}

export function leftOut(why: string): LeftOut {
  return { leftOut: why };
}

/** Fields with the column's value unchanged. */
type FieldFor<Value, To> = { [N in keyof To]-?: [Value] extends [To[N]] ? N : never }[keyof To] & string;

type TextOf<Time> = Time extends null ? null : string;

/** How a column is shown: as a field, as a field with a time, as one or several derived fields, or not at all. */
type ApiUse<Value, Answer> =
  | FieldFor<Value, Answer>
  | { readonly time: FieldFor<TextOf<Value>, Answer> }
  | {
      [N in keyof Answer & string]: { readonly field: N; readonly show: (value: Value) => Answer[N] };
    }[keyof Answer & string]
  | {
      readonly fields: readonly (keyof Answer & string)[];
      readonly showAll: (value: Value) => Partial<Answer>;
    }
  | LeftOut;

/** The tables of ids in an archive; files of each kind have their own ids. */
export type ReferenceTarget = Exclude<ArchiveTable, "data_file"> | UploadKind;

/** A column that refers to a row of the same archive. An import replaces it by the new id. */
export interface Reference {
  readonly field: string;
  readonly to: ReferenceTarget;
  /** If the archive lacks that row, the import does the same as the database when that row is deleted. */
  readonly whenGone: "refuse" | "forget";
  /** Its table comes later in the archive: the column is null until all rows are there. */
  readonly isLater?: boolean;
}

/** Fields that keep a value unchanged, in both directions. Where older archives have none, the column gets null. */
type KeptField<Value, To> = {
  [N in keyof To]-?: [Value] extends [To[N]]
    ? [Exclude<To[N], undefined>] extends [Value]
      ? undefined extends To[N]
        ? null extends Value
          ? N
          : never
        : N
      : never
    : never;
}[keyof To] &
  string;

type ArchiveUse<Value, Archived> =
  | KeptField<Value, Archived>
  | (Reference & { readonly field: FieldFor<Value, Archived> })
  | {
      [N in keyof Archived & string]:
        | {
            readonly field: N;
            readonly write: (value: Value) => Archived[N];
            readonly read: (kept: Archived[N]) => Value;
          }
        | {
            readonly field: N;
            readonly write: (value: Value) => Archived[N];
            readonly read?: never;
            readonly notRestored: string;
          };
    }[keyof Archived & string]
  | {
      readonly fields: readonly (keyof Archived & string)[];
      readonly writeAll: (value: Value) => Partial<Archived>;
      readonly readAll: (row: Archived) => Value;
    }
  | LeftOut;

type ShownUses<Row, Answer> = {
  readonly [K in keyof Row]-?: { readonly api: ApiUse<Row[K], Answer> };
};
type ArchivedUses<Row, Answer, Archived> = {
  readonly [K in keyof Row]-?: {
    readonly api: ApiUse<Row[K], Answer>;
    readonly archive: ArchiveUse<Row[K], Archived>;
  };
};

type NamesIn<Use> = Use extends string
  ? Use
  : Use extends { readonly time: infer N }
    ? N
    : Use extends { readonly field: infer N }
      ? N
      : Use extends { readonly fields: readonly (infer N)[] }
        ? N
        : never;
type ShownFields<C> = {
  [K in keyof C]: C[K] extends { readonly api: infer Use } ? NamesIn<Use> : never;
}[keyof C];
type KeptFields<C> = {
  [K in keyof C]: C[K] extends { readonly archive: infer Use } ? NamesIn<Use> : never;
}[keyof C];
type RestoredColumns<C> = {
  [K in keyof C]: C[K] extends { readonly archive: LeftOut | { readonly notRestored: string } } ? never : K;
}[keyof C];

/** Columns whose fields are in a request, with its values. */
type ColumnsSet<C, Request> = {
  [K in keyof C as C[K] extends { readonly api: infer Use extends string | { readonly field: string } }
    ? Extract<NamesIn<Use>, keyof Request> extends never
      ? never
      : K
    : never]: C[K] extends { readonly api: infer Use }
    ? Request[Extract<NamesIn<Use>, keyof Request>]
    : never;
};

export interface Shown<Row, Answer, C> {
  readonly columns: C;
  /** The fields of an answer that show columns. */
  readonly show: (row: Row) => Pick<Answer, ShownFields<C> & keyof Answer>;
  /** The columns that the fields of a request set; the caller sets columns that are shown as a time or as several fields. */
  readonly set: <Request extends object>(request: Request) => ColumnsSet<C, Request>;
}

/** Returns the new id of a row of the archive. Throws if it is required and missing. */
export type IdOf = (reference: Reference, id: number) => number | null;

export interface Archivable<Row, Answer, Archived, C> extends Shown<Row, Answer, C> {
  /** The fields of an archive's row that keep columns. */
  readonly archive: (row: Row) => Pick<Archived, KeptFields<C> & keyof Archived>;
  /** The columns from an archive's row. Those whose references come later are null. */
  readonly restore: (kept: Archived, idOf: IdOf) => Pick<Row, RestoredColumns<C> & keyof Row>;
  /** The later references of a row. Null without any. */
  readonly restoreLater: (kept: Archived, idOf: IdOf) => Partial<Row> | null;
}

type AnyUse =
  | string
  | LeftOut
  | Reference
  | { readonly time: string }
  | {
      readonly field: string;
      readonly show?: (value: unknown) => unknown;
      readonly write?: (value: unknown) => unknown;
      readonly read?: (kept: unknown) => unknown;
    }
  | {
      readonly fields: readonly string[];
      readonly showAll?: (value: unknown) => object;
      readonly writeAll?: (value: unknown) => object;
      readonly readAll?: (kept: unknown) => unknown;
    };
type AnyRow = Readonly<Record<string, unknown>>;
type AnyUses = Readonly<Record<string, { readonly api: AnyUse; readonly archive?: AnyUse }>>;

/** The codec of a resource that is not in archives: the reason is the argument. */
export function shownCodec<Row, Answer>(_whyNotArchived: string) {
  return <const C extends ShownUses<Row, Answer>>(columns: C): Shown<Row, Answer, C> => shownBy(columns);
}

/** The codec of a resource that archives keep. */
export function archivedCodec<Row, Answer, Archived>() {
  return <const C extends ArchivedUses<Row, Answer, Archived>>(
    columns: C,
  ): Archivable<Row, Answer, Archived, C> => {
    const uses = Object.entries(columns as AnyUses).map(
      ([column, { archive = "" }]) => [column, archive] as const,
    );
    const restoreWhere = (isLater: boolean, kept: AnyRow, idOf: IdOf) =>
      Object.fromEntries(
        uses.flatMap(([column, use]) => {
          const value = restored(use, kept, idOf, isLater);
          return value === undefined ? [] : [[column, value]];
        }),
      );
    return {
      ...shownBy<Row, Answer, C>(columns),
      archive: (row) =>
        Object.assign({}, ...uses.map(([column, use]) => written(use, (row as AnyRow)[column]))),
      restore: (kept, idOf) => restoreWhere(false, kept as AnyRow, idOf) as never,
      restoreLater: (kept, idOf) => {
        const later = restoreWhere(true, kept as AnyRow, idOf);
        return Object.values(later).some((id) => id !== null) ? (later as Partial<Row>) : null;
      },
    };
  };
}

function shownBy<Row, Answer, C>(columns: C): Shown<Row, Answer, C> {
  const uses = Object.entries(columns as AnyUses).map(([column, { api }]) => [column, api] as const);
  const set = (request: object) =>
    Object.fromEntries(
      uses.flatMap(([column, use]) => {
        const field = typeof use === "string" ? use : "field" in use ? use.field : undefined;
        return field !== undefined && field in request ? [[column, (request as AnyRow)[field]]] : [];
      }),
    );
  return {
    columns,
    show: (row) => Object.assign({}, ...uses.map(([column, use]) => shown(use, (row as AnyRow)[column]))),
    set: set as never,
  };
}

function shown(use: AnyUse, value: unknown): object {
  if (typeof use === "string") return { [use]: value };
  if ("leftOut" in use) return {};
  if ("time" in use) return { [use.time]: isoTimeOrNull(value as number | null) };
  if ("fields" in use) return use.showAll?.(value) ?? {};
  return "show" in use && use.show ? { [use.field]: use.show(value) } : {};
}

function written(use: AnyUse, value: unknown): object {
  if (typeof use === "string") return { [use]: value };
  if ("to" in use) return { [use.field]: value };
  if ("fields" in use) return use.writeAll?.(value) ?? {};
  return "write" in use && use.write ? { [use.field]: use.write(value) } : {};
}

/** Undefined if the column is not restored by an import, or not in this step. */
function restored(use: AnyUse, kept: AnyRow, idOf: IdOf, later: boolean): unknown {
  if (typeof use === "string") return later ? undefined : (kept[use] ?? null);
  if ("to" in use) {
    const id = kept[use.field] ?? null;
    if (later) return use.isLater ? id && idOf(use, id as number) : undefined;
    return use.isLater || id === null ? null : idOf(use, id as number);
  }
  if (later) return undefined;
  if ("fields" in use) return use.readAll?.(kept);
  return "read" in use ? use.read?.(kept[use.field]) : undefined;
}
