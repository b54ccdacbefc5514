import { WorkerEntrypoint } from "cloudflare:workers";
import type { SampleResponse, ScoredItem } from "#contract/model.ts";
import type { ItemRecord } from "#contract/training-data.ts";
import { csrRow } from "#engine/data/csr-row.ts";
import type { MetadataReader } from "#engine/data/item-metadata.ts";
import type { Steps } from "#engine/in-steps.ts";
import { indexOfId } from "#engine/serve/index-of-id.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { recommend } from "#engine/serve/recommend.ts";
import type { RecommendationRequest } from "#engine/serve/recommendation.ts";
import type { Preview as PreviewContract, PreviewResult, RuleVerdict } from "#services/preview.ts";
import type { RecommendBindings } from "./bindings.ts";
import { compositionOf } from "./composition.ts";
import { answered } from "./preview-answer.ts";
import { verdictOn } from "./serving/rule-book.ts";

/** Answers the management API over its service binding; no route leads here, so callers are already checked. */
export class Preview extends WorkerEntrypoint<RecommendBindings> implements PreviewContract {
  forUser(artifactKey: string, userId: string, cutoff: number): Promise<PreviewResult<ScoredItem[]>> {
    return this.#with(artifactKey, (servable) => {
      if (indexOfId(servable.users, userId) < 0) {
        return { ok: false, code: "UNKNOWN_USER", message: `User '${userId}' not found.` };
      }
      return {
        ok: true,
        value: listOf(servable, { userId, offset: 0, limit: cutoff, asScored: this.#asScored }),
      };
    });
  }

  forItems(artifactKey: string, itemIds: string[], cutoff: number): Promise<PreviewResult<ScoredItem[]>> {
    return this.#with(artifactKey, (servable) => ({
      ok: true,
      value: listOf(servable, { itemIds, offset: 0, limit: cutoff, asScored: this.#asScored }),
    }));
  }

  sample(artifactKey: string, cutoff: number, draw: number): Promise<PreviewResult<SampleResponse>> {
    return this.#with(artifactKey, (servable) => {
      const { users, items, history } = servable;
      const userIndex = Math.floor(draw * users.size);
      const userId = users.idAt(userIndex);
      const profile = [...csrRow(history, userIndex).indices].map((itemIndex) => items.idAt(itemIndex));
      const recommendations = listOf(servable, {
        userId,
        offset: 0,
        limit: cutoff,
        asScored: this.#asScored,
      });
      return { ok: true, value: { user_id: userId, user_profile: profile, recommendations } };
    });
  }

  describeItems(metadataKey: string, itemIds: string[]): Promise<PreviewResult<ItemRecord[]>> {
    return this.#withMetadata(metadataKey, () => itemIds);
  }

  searchItems(metadataKey: string, text: string, limit: number): Promise<PreviewResult<ItemRecord[]>> {
    return this.#withMetadata(metadataKey, (metadata) => breathing(metadata.search(text, limit)));
  }

  checkRule(metadataKey: string | null, rule: string): Promise<PreviewResult<RuleVerdict>> {
    return answered(async () => {
      const { metadata } = compositionOf(this.env);
      const schema = metadataKey === null ? [] : (await metadata.catalogue(metadataKey)).schema;
      return { ok: true, value: verdictOn(rule, schema) };
    });
  }

  get #asScored(): boolean {
    return compositionOf(this.env).dialect.asScored;
  }

  #withMetadata(
    metadataKey: string,
    choose: (metadata: MetadataReader) => readonly string[] | Promise<readonly string[]>,
  ): Promise<PreviewResult<ItemRecord[]>> {
    return answered(async () => {
      const metadata = await compositionOf(this.env).metadata.load(metadataKey);
      const value = (await choose(metadata)).map((itemId) => ({ ...metadata.find(itemId), item_id: itemId }));
      return { ok: true, value };
    });
  }

  #with<T>(artifactKey: string, answer: (servable: Servable) => PreviewResult<T>): Promise<PreviewResult<T>> {
    return answered(async () => answer(await compositionOf(this.env).models.load(artifactKey)));
  }
}

/** Runs steps to their end and lets requests run between them: serving shares this thread. */
async function breathing<Value>(steps: Steps<Value>): Promise<Value> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await scheduler.wait(0);
  }
}

/** The list of serving. */
function listOf(servable: Servable, request: RecommendationRequest): ScoredItem[] {
  return recommend(servable, request).items.map(({ itemId, score, isFilled }) => ({
    item_id: itemId,
    score,
    ...(isFilled && { filled: true }),
  }));
}
