/** Lists of one model for the management API, and what it asks of metadata and rules. */
import type { SampleResponse, ScoredItem } from "#contract/model.ts";
import type { ItemRecord } from "#contract/training-data.ts";
import { badArtifact } from "#engine/artifact/format.ts";
import type { MetadataReader } from "#engine/data/item-metadata.ts";
import { findMisfit } from "#engine/features/find-misfit.ts";
import type { Steps } from "#engine/in-steps.ts";
import { drawHistory, historyOfUser } from "#engine/serve/history-of-user.ts";
import { indexOfId } from "#engine/serve/index-of-id.ts";
import { historyRow, type Servable } from "#engine/serve/model-artifact.ts";
import { recommend } from "#engine/serve/recommend.ts";
import type { RecommendedItem } from "#engine/serve/recommendation.ts";
import type { KnownOfUser } from "#engine/serve/user-profile.ts";
import type { Preview, PreviewedList, PreviewResult, RuledIds } from "#services/preview.ts";
import type { EventShards } from "./events/event-shards.ts";
import type { MetadataCache } from "./memory/metadata-cache.ts";
import type { ModelCache } from "./memory/model-cache.ts";
import { answered } from "./preview-answer.ts";
import { drawIndex, drawPeople, historyItems, peopleLike } from "./preview-people.ts";
import { ruledItems } from "./preview-rules.ts";
import { toReason } from "./routes/v1-answer.ts";
import { profileEvents, seenBy } from "./serving/event-rules.ts";
import { verdictOn } from "./serving/rule-book.ts";
import type { Serving } from "./serving/serving.ts";

export interface PreviewsDeps {
  readonly models: Pick<ModelCache, "load">;
  readonly metadata: Pick<MetadataCache, "load">;
  readonly serving: Pick<
    Serving,
    "dialect" | "hiddenIn" | "columnsOf" | "eventSettingsOf" | "savedRules" | "routingChanged"
  >;
  readonly shards: Pick<EventShards, "recentChanged">;
  /** Lets requests run between steps: serving shares this thread. */
  readonly breathe: () => Promise<unknown>;
  readonly now: () => number;
}

/** A model with what its project hides. */
interface Shown {
  readonly servable: Servable;
  /** Items that nobody may get, by index. */
  readonly hidden: Uint32Array;
  readonly listFor: (known: KnownOfUser, list: PreviewedList) => ScoredItem[];
  readonly similarTo: (itemId: string, limit: number) => ScoredItem[];
}

/** Lists leave out what the project hides or has deleted, as those of serving do. */
export function createPreviews({
  models,
  metadata,
  serving,
  shards,
  breathe,
  now,
}: PreviewsDeps): Omit<Preview, "titles" | "userIds" | "mixed"> {
  const { asScored } = serving.dialect;
  const withModel = <T>(
    projectId: number,
    artifactKey: string,
    answer: (shown: Shown) => Promise<PreviewResult<T>>,
  ) =>
    answered(async () => {
      const servable = await models.load(artifactKey);
      const hidden = await serving.hiddenIn(projectId, servable);
      const listFor: Shown["listFor"] = (known, { cutoff: limit, reasons }) => {
        const wanted = { ...known, offset: 0, limit, asScored, hidden, ...(reasons && { reasons }) };
        return recommend(servable, wanted).items.map(toScoredItem);
      };
      const similarTo: Shown["similarTo"] = (itemId, limit) => {
        const wanted = { itemIds: [itemId], offset: 0, limit, hidden, similar: "only" as const };
        const { strategy, items } = recommend(servable, wanted);
        // A list of popular items answers for an item that the model does not know.
        return strategy === "similar" ? items.filter(({ isFilled }) => !isFilled).map(toScoredItem) : [];
      };
      return answer({ servable, hidden, listFor, similarTo });
    });
  const withMetadata = (
    metadataKey: string,
    choose: (reader: MetadataReader) => readonly string[] | Promise<readonly string[]>,
  ): Promise<PreviewResult<ItemRecord[]>> =>
    answered(async () => {
      const reader = await metadata.load(metadataKey);
      const value = (await choose(reader)).map((itemId) => ({ ...reader.find(itemId), item_id: itemId }));
      return { ok: true, value };
    });
  return {
    forUser: ({ projectId, artifactKey }, userId, list) =>
      withModel(projectId, artifactKey, async ({ servable, listFor }) => {
        const { events = [] } = list;
        const trained = await knownOf(servable, userId);
        if (!trained && events.length === 0)
          return { ok: false, code: "UNKNOWN_USER", message: `User '${userId}' not found.` };
        return { ok: true, value: listFor({ userId, ...trained, events }, list) };
      }),
    forItems: ({ projectId, artifactKey }, itemIds, list) =>
      withModel(projectId, artifactKey, async ({ listFor }) => ({
        ok: true,
        value: listFor({ itemIds }, list),
      })),
    replayed: ({ projectId, artifactKey, trainedAt }, cases) =>
      withModel(projectId, artifactKey, async ({ servable, hidden }) => {
        const settings = await serving.eventSettingsOf(projectId);
        const value: string[][] = [];
        for (const { userId, at, depth, acts } of cases) {
          const trained = await knownOf(servable, userId);
          const seen = seenBy(settings, { trained_at: trainedAt }, at);
          const known = { userId, ...trained, events: profileEvents(acts, settings) };
          const wanted = { ...known, ...(seen && { seen }), hidden, offset: 0, limit: depth, now: at };
          const ruled = await (await serving.savedRules(projectId, userId, at))?.(servable.items);
          const { items } = recommend(servable, {
            ...{ ...wanted, asScored, similar: "after_profile" },
            ...ruled?.request,
          });
          value.push(items.map(({ itemId }) => itemId));
          await breathe();
        }
        return { ok: true, value };
      }),
    ruled: ({ projectId, artifactKey }, userId, trial) =>
      withModel(projectId, artifactKey, async ({ servable, hidden }) => {
        const known = { userId, ...(await knownOf(servable, userId)) };
        const ruled = await ruledItems(serving, { projectId, servable, hidden }, known, { trial, at: now() });
        const [without, tried] = [ruled.without.map(toScoredItem), ruled.with.map(toScoredItem)];
        return { ok: true, value: { without, with: tried, warnings: ruled.warnings } };
      }),
    ruledLists: ({ projectId, artifactKey }, userIds, trial) =>
      withModel(projectId, artifactKey, async ({ servable, hidden }) => {
        const at = now();
        const value: RuledIds[] = [];
        for (const userId of userIds) {
          const known = await knownOf(servable, userId);
          if (!known) continue;
          const model = { projectId, servable, hidden };
          const ruled = await ruledItems(serving, model, { userId, ...known }, { trial, at });
          value.push({ without: ruled.without.map(idOf), with: ruled.with.map(idOf) });
          await breathe();
        }
        return { ok: true, value };
      }),
    similar: ({ projectId, artifactKey }, itemId, cutoff) =>
      withModel(projectId, artifactKey, async ({ similarTo }) => ({
        ok: true,
        value: similarTo(itemId, cutoff),
      })),
    sample: ({ projectId, artifactKey }, list, draw) =>
      withModel(projectId, artifactKey, async ({ servable, listFor }) => ({
        ok: true,
        value: await sampleOf(servable, draw, (known) => listFor(known, list)),
      })),
    people: ({ projectId, artifactKey }, text, limit) =>
      withModel(projectId, artifactKey, async ({ servable }) => ({
        ok: true,
        value: await peopleLike(servable, { text, limit }, breathe),
      })),
    history: ({ projectId, artifactKey }, userId) =>
      withModel(projectId, artifactKey, async ({ servable }) => {
        const value = await historyItems(servable, userId);
        return value === null
          ? { ok: false, code: "UNKNOWN_USER", message: `User '${userId}' not found.` }
          : { ok: true, value };
      }),
    drawPeople: ({ projectId, artifactKey }, draws, limit) =>
      withModel(projectId, artifactKey, async ({ servable }) => ({
        ok: true,
        value: await drawPeople(servable, draws, limit),
      })),
    listsFor: ({ projectId, artifactKey }, userIds, cutoff) =>
      withModel(projectId, artifactKey, async ({ servable, listFor }) => {
        const value: (string[] | null)[] = [];
        for (const userId of userIds) {
          const known = await knownOf(servable, userId);
          value.push(known && listFor(known, { cutoff }).map(({ item_id }) => item_id));
          await breathe();
        }
        return { ok: true, value };
      }),
    describeItems: (metadataKey, itemIds) => withMetadata(metadataKey, () => itemIds),
    searchItems: (metadataKey, text, limit) =>
      withMetadata(metadataKey, (reader) => allSteps(reader.search(text, limit), breathe)),
    checkColumns: (metadataKey, columns) =>
      answered(async () => {
        const reader = await metadata.load(metadataKey);
        return { ok: true, value: await allSteps(findMisfit(reader, columns), breathe) };
      }),
    checkRule: ({ projectId, metadataKey }, rule) =>
      answered(async () => ({
        ok: true,
        value: verdictOn(rule, await serving.columnsOf(projectId, metadataKey)),
      })),
    routingChanged: async (projectId) => serving.routingChanged(projectId),
    recentChanged: async (projectId, userIds) => shards.recentChanged(projectId, userIds),
  };
}

const idOf = ({ itemId }: RecommendedItem) => itemId;

function toScoredItem({ itemId, score, isFilled, reasons }: RecommendedItem): ScoredItem {
  return {
    item_id: itemId,
    score,
    ...(isFilled && { filled: true }),
    ...(reasons && { reasons: reasons.map(toReason) }),
  };
}

/** Null for a user that the training data do not have. */
async function knownOf({ users, histories }: Servable, userId: string): Promise<KnownOfUser | null> {
  if (!histories) return indexOfId(users, userId) < 0 ? null : { userId };
  const history = await historyOfUser(histories, userId);
  return history && { userId, history };
}

/** The profile is what the user did, hidden items too. */
async function sampleOf(
  servable: Servable,
  draw: number,
  listFor: (known: KnownOfUser) => ScoredItem[],
): Promise<SampleResponse> {
  const { userId, items, known } = await drawUser(servable, draw);
  const profile = Array.from(items, (itemIndex) => servable.items.idAt(itemIndex));
  return { user_id: userId, user_profile: profile, recommendations: listFor(known) };
}

/** Throws `BAD_ARTIFACT` if the histories have no user. */
async function drawUser(servable: Servable, draw: number) {
  const { users, histories } = servable;
  if (!histories) {
    const userIndex = drawIndex(users, draw);
    if (userIndex === null) throw noUser();
    const userId = users.idAt(userIndex);
    return { userId, items: historyRow(servable, userIndex).indices, known: { userId } };
  }
  const drawn = await drawHistory(histories, draw);
  if (!drawn) throw noUser();
  const { userId, indices } = drawn;
  return { userId, items: indices, known: { userId, history: drawn } };
}

const noUser = () => badArtifact("The model's histories have no user.");

async function allSteps<Value>(steps: Steps<Value>, breathe: () => Promise<unknown>): Promise<Value> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await breathe();
  }
}
