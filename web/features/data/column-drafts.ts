/** The types that somebody chooses for the columns of a table, before they are saved. Pure. */
import type { ColumnsResponse } from "#contract/column-schema.ts";
import type { FeatureType } from "#contract/feature-types.ts";
import type { SentColumn } from "../../api/columns.ts";

export type ShownColumn = ColumnsResponse["columns"][number];

/** `guessed` takes a correction back. */
export type DraftType = FeatureType | "guessed";

export interface ColumnDraft {
  readonly type: DraftType;
  readonly separator: string;
}

/** Only values of these types are divided. */
const WITH_SEPARATOR: readonly DraftType[] = ["category", "tags"];

export function hasSeparator(type: DraftType): boolean {
  return WITH_SEPARATOR.includes(type);
}

export function draftOf(column: ShownColumn): ColumnDraft {
  const type = column.is_corrected && column.type !== null ? column.type : "guessed";
  return { type, separator: column.separator ?? "" };
}

/** What to send for the drafts that say something new. */
export function correctionsOf(
  columns: readonly ShownColumn[],
  drafts: Readonly<Record<string, ColumnDraft | undefined>>,
): SentColumn[] {
  return columns.flatMap((column): SentColumn[] => {
    const draft = drafts[column.name];
    if (!draft || isSame(draft, draftOf(column))) return [];
    if (draft.type === "guessed") return [{ name: column.name, type: null }];
    const separator = hasSeparator(draft.type) && draft.separator !== "" ? draft.separator : undefined;
    return [{ name: column.name, type: draft.type, ...(separator !== undefined && { separator }) }];
  });
}

function isSame(draft: ColumnDraft, shown: ColumnDraft): boolean {
  if (draft.type !== shown.type) return false;
  return !hasSeparator(draft.type) || draft.separator === shown.separator;
}
