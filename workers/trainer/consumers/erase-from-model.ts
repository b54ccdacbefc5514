import { isByRange } from "#engine/artifact/by-range.ts";
import { type Artifact, sectionOf } from "#engine/artifact/decode-artifact.ts";
import { MODEL_KIND } from "#engine/artifact/kinds.ts";
import type { Section } from "#engine/artifact/section.ts";
import {
  type HistoryShape,
  historyBlockName,
  historyBlockOf,
  historyShapeOf,
} from "#engine/data/history-blocks.ts";
import { forgetUser, forgetUserInBlock } from "#engine/serve/forget-user.ts";
import { historyOfUser } from "#engine/serve/history-of-user.ts";
import { POPULARITY } from "#engine/serve/model-artifact.ts";
import type { ErasureResult, ErasureSpec } from "#jobs/erasure-job.ts";
import { ArtifactMissing, type OpenedArtifact } from "#storage/artifact-store.ts";
import type { StoredSection } from "#storage/encode-storable.ts";
import type { TrainerDeps } from "../work/deps.ts";

/** Writes a stored model without a user under another key, if it knows the user. */
export async function eraseFromModel(
  deps: Pick<TrainerDeps, "artifacts">,
  { artifactKey, userId }: Pick<ErasureSpec, "artifactKey" | "userId">,
  newKey: string,
): Promise<Partial<ErasureResult>> {
  const opened = await findModel(deps, artifactKey);
  if (opened === null) return { isLost: true };
  const artifact = await opened.read();
  const shape = historyShapeOf(artifact.sections);
  const rest = shape ? await withoutHistory(opened, artifact, shape, userId) : forgetUser(artifact, userId);
  if (rest === null) return {};
  const bytes = await deps.artifacts.put(newKey, { kind: MODEL_KIND, meta: artifact.meta, sections: rest });
  return { removed: 1, artifact: { key: newKey, bytes } };
}

/** The sections of a model with histories in blocks: the user's block without the user, and all others as they are stored. */
async function withoutHistory(
  opened: OpenedArtifact,
  artifact: Artifact,
  shape: HistoryShape,
  userId: string,
): Promise<(Section | StoredSection)[] | null> {
  const readBlock = async (block: number) => (await readBlockSection(opened, block)).data;
  const { length: itemCount } = sectionOf(artifact, POPULARITY, Float32Array);
  const history = await historyOfUser({ ...shape, itemCount, readBlock }, userId);
  if (history === null) return null;
  const found = await readBlockSection(opened, historyBlockOf(shape, history.userId));
  const { sections, block } = forgetUserInBlock(artifact, history, found);
  const others = opened.sections().filter(({ name }) => isByRange(name) && name !== block.name);
  return [...sections, block, ...others];
}

async function readBlockSection(opened: OpenedArtifact, block: number) {
  const name = historyBlockName(block);
  const sections = await opened.readSome((one) => one === name);
  return { name, data: sectionOf({ sections }, name, Uint8Array) };
}

async function findModel(
  { artifacts }: Pick<TrainerDeps, "artifacts">,
  key: string,
): Promise<OpenedArtifact | null> {
  try {
    return await artifacts.open(key, MODEL_KIND);
  } catch (error) {
    if (error instanceof ArtifactMissing) return null;
    throw error;
  }
}
