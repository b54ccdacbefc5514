import {
  type Catalogue,
  type CatalogueItem,
  changeCatalogue,
  emptyCatalogue,
} from "#engine/catalogue/catalogue.ts";
import { type ColumnSchema, ID_COLUMN } from "#engine/catalogue/column.ts";
import type { ShelfEntry } from "#jobs/item-shelf/packed-shelf.ts";
import type { WrittenColumn } from "#jobs/item-shelf/shelf-row.ts";
import type { ShelfView } from "./shelf-view.ts";

interface Known {
  readonly view: ShelfView;
  readonly catalogue: Catalogue;
}

/** The columns of uploaded metadata with what was written over them: a change costs what changed, and a copy of the columns. */
export class LiveCatalogues {
  /** By the catalogue of the metadata. Projects without metadata have one base each. */
  readonly #known = new WeakMap<Catalogue, Known>();
  readonly #bases = new Map<number, Catalogue>();

  /** @param base Null for a project without metadata. */
  of(projectId: number, base: Catalogue | null, view: ShelfView): Catalogue | null {
    if (view.isEmpty) return base;
    const from = base ?? this.#emptyBase(projectId);
    const known = this.#known.get(from);
    if (known?.view === view) return known.catalogue;
    const isLater = known !== undefined && known.view.seq < view.seq;
    const before = isLater ? known : { view: null, catalogue: from };
    const changed = view.changedSince(before.view?.seq ?? 0);
    const catalogue = changedBy(before.catalogue, view.columns, changed);
    this.#known.set(from, { view, catalogue });
    return catalogue;
  }

  #emptyBase(projectId: number): Catalogue {
    let base = this.#bases.get(projectId);
    if (!base) {
      if (this.#bases.size >= MAX_EMPTY_BASES) this.#bases.clear();
      base = emptyCatalogue();
      this.#bases.set(projectId, base);
    }
    return base;
  }
}

const MAX_EMPTY_BASES = 1_000;

function changedBy(
  catalogue: Catalogue,
  columns: readonly WrittenColumn[],
  entries: readonly ShelfEntry[],
): Catalogue {
  const names = new Set(catalogue.schema.map(({ name }) => name));
  const added = columns.filter(
    (column): column is ColumnSchema => isReadable(column) && !names.has(column.name),
  );
  const schema = added.length === 0 ? catalogue.schema : [...catalogue.schema, ...added];
  return changeCatalogue({ ...catalogue, schema }, entries.map(toCatalogueItem)).catalogue;
}

/** Whether rules can read a column. */
function isReadable({ name, type }: WrittenColumn): boolean {
  return type !== "object" && name !== ID_COLUMN;
}

function toCatalogueItem({ itemId, properties, isPartial, state }: ShelfEntry): CatalogueItem {
  return {
    itemId,
    properties: JSON.parse(properties) as Record<string, unknown>,
    isPartial,
    isHidden: state !== "shown",
  };
}
