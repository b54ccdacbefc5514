/** The cold-start rules of a project for one request: who the person follows, and what is known of the items. */
import { type ColdStartSettings, DEFAULT_COLD_START } from "#contract/cold-start.ts";
import { toTraffic } from "#contract/traffic.ts";
import { type Catalogue, rowsOf } from "#engine/catalogue/catalogue.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import { type ColdStart, coldStartOf } from "#engine/serve/cold-start.ts";
import { communitiesOf } from "#engine/serve/cold-start-columns.ts";
import { describedUser } from "#jobs/event-shard/user-properties.ts";
import type { RoutingManifest } from "#storage/routing-store.ts";
import type { LiveCatalogues } from "../items/live-catalogue.ts";
import type { ShelfView } from "../items/shelf-view.ts";
import { uploadedCatalogue } from "../items/uploaded-items.ts";
import type { LiveProfile } from "../memory/live-items.ts";
import type { MetadataCache } from "../memory/metadata-cache.ts";
import { uploadedUser } from "../users/uploaded-user.ts";

interface Deps {
  readonly metadata: MetadataCache;
  readonly catalogues: LiveCatalogues;
  readonly now: () => number;
  readonly logError: (event: string, error: unknown) => void;
}

export interface ColdPerson {
  readonly userId: string | undefined;
  /** What was written of the person. */
  readonly properties: LiveProfile["properties"];
  /** Properties in the request, over those. */
  readonly given: Readonly<Record<string, unknown>> | undefined;
}

/** The rules of a project; null for one without them. @param isDefault Whether the usual ones hold where a project has none. */
export function coldStartSettingsOf(
  { traffic }: Pick<RoutingManifest, "traffic">,
  isDefault = false,
): ColdStartSettings | null {
  return toTraffic(traffic).cold_start ?? (isDefault ? DEFAULT_COLD_START : null);
}

export class ColdStarts {
  readonly #deps: Deps;
  /** The rows of a model's items, as long as the catalogue has the same items. */
  readonly #rows = new WeakMap<IdMap, { readonly itemIds: IdMap; readonly rows: Int32Array }>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** The rules for a person, by the items of a model; null if the person follows no community that has an item. */
  async of(
    settings: ColdStartSettings,
    { manifest, view }: { readonly manifest: RoutingManifest; readonly view: ShelfView },
    person: ColdPerson,
  ): Promise<((items: IdMap) => ColdStart | null) | null> {
    const communities = communitiesOf(await this.#propertyOf(settings.user_communities, manifest, person));
    if (communities.length === 0) return null;
    const { catalogues, now } = this.#deps;
    const uploaded = await uploadedCatalogue(this.#deps, manifest);
    const catalogue = catalogues.of(manifest.project_id, uploaded, view);
    if (!catalogue) return null;
    return (items) =>
      coldStartOf({ settings, catalogue, rows: this.#rowsOf(catalogue, items), communities, now: now() });
  }

  async #propertyOf(
    name: string,
    manifest: RoutingManifest,
    { userId, properties, given }: ColdPerson,
  ): Promise<unknown> {
    if (given && Object.hasOwn(given, name)) return given[name];
    const ofFile = properties?.isPartial === false ? null : await uploadedUser(this.#deps, manifest, userId);
    const known = describedUser(properties, ofFile) ?? {};
    return Object.hasOwn(known, name) ? known[name] : null;
  }

  #rowsOf(catalogue: Catalogue, items: IdMap): Int32Array {
    const { itemIds } = catalogue;
    const known = this.#rows.get(items);
    if (known?.itemIds === itemIds) return known.rows;
    const rows = rowsOf(catalogue, items);
    this.#rows.set(items, { itemIds, rows });
    return rows;
  }
}
