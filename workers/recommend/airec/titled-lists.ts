/** What AiREC's clients ask of a project: its items, its people, and lists by title and person. */
import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import { datasetIds } from "#engine/data/dataset-artifact.ts";
import { type Mix, mixedList } from "#engine/serve/mixed-list.ts";
import type { ProfileEvent } from "#engine/serve/user-profile.ts";
import type { MixedRequest, Preview, PreviewResult, TitledItem } from "#services/preview.ts";
import type { ArtifactStore } from "#storage/artifact-store.ts";
import type { MetadataCache } from "../memory/metadata-cache.ts";

export interface TitledListsDeps {
  readonly metadata: Pick<MetadataCache, "lookup">;
  readonly artifacts: Pick<ArtifactStore, "getSections">;
  readonly forUser: Preview["forUser"];
  /** What a user did since the training, as far as it is known in time. */
  readonly eventsOf: (projectId: number, userId: string) => Promise<readonly ProfileEvent[]>;
  /** Turns errors of an unusable artifact into a value. */
  readonly answered: <T>(answer: () => Promise<PreviewResult<T>>) => Promise<PreviewResult<T>>;
}

export type TitledLists = Pick<Preview, "titles" | "userIds" | "mixed">;

export function createTitledLists(deps: TitledListsDeps): TitledLists {
  const { metadata, artifacts, forUser, eventsOf, answered } = deps;
  const likeTitle = async (content: MixedRequest["content"], limit: number) => {
    const lookup = content ? await metadata.lookup(content.metadataKey) : null;
    return { lookup, list: (content && lookup?.similarTo(content.title, limit)) ?? [] };
  };
  const forPerson = async ({ personal, limit }: MixedRequest): Promise<PreviewResult<string[]>> => {
    if (!personal) return { ok: true, value: [] };
    const { model, userId } = personal;
    const events = await eventsOf(model.projectId, userId);
    const found = await forUser(model, userId, { cutoff: limit, events });
    if (found.ok) return { ok: true, value: found.value.map(({ item_id }) => item_id) };
    return found.code === "UNKNOWN_USER" ? { ok: true, value: [] } : found;
  };
  return {
    titles: (metadataKey) =>
      answered(async () => ({ ok: true, value: [...((await metadata.lookup(metadataKey))?.all() ?? [])] })),
    userIds: (datasetKey) =>
      answered(async () => {
        const isOfUsers = (name: string) => name.startsWith("dataset.users.");
        const ids = datasetIds(await artifacts.getSections(datasetKey, DATASET_KIND, isOfUsers), "user");
        return { ok: true, value: Array.from({ length: ids.size }, (_, at) => ids.idAt(at)) };
      }),
    mixed: (request) =>
      answered(async () => {
        const { lookup, list } = await likeTitle(request.content, request.limit);
        const personal = await forPerson(request);
        if (!personal.ok) return personal;
        const itemIds = joined(list, personal.value, request);
        const value = itemIds.map((itemId): TitledItem => ({ itemId, title: lookup?.titleOf(itemId) ?? "" }));
        return { ok: true, value };
      }),
  };
}

/** Items without a word in common come after what the person may like: they are there to fill the list. */
function joined(
  content: readonly { readonly itemId: string; readonly score: number }[],
  personal: readonly string[],
  { limit, mix }: { readonly limit: number; readonly mix: Mix },
): string[] {
  const alike = content.filter(({ score }) => score > 0).map(({ itemId }) => itemId);
  const others = content.filter(({ score }) => score <= 0).map(({ itemId }) => itemId);
  return mixedList(mixedList(alike, personal, limit, mix), others, limit, { type: "content_first" });
}
