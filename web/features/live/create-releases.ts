import { useQuery, useQueryClient } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import { deployModel, servingQuery } from "../../api/deployment.ts";
import { experimentListQuery } from "../../api/experiments.ts";
import { changeSlot, deleteSlot, slotListQuery, slotPeriodsQuery } from "../../api/slots.ts";
import { usageQuery } from "../../api/usage.ts";
import { loadedData } from "../../components/loaded.tsx";
import { createLiveVersion } from "../models/create-live-version.ts";
import { createModelNames } from "./create-model-names.ts";
import { listsBySlot, type SlotFacts, slotFacts } from "./slot-facts.ts";

const LIST_DAYS = 7;
const DAY_MS = 86_400_000;

/** The slots of a project, what answers in each, and the actions that change them. */
export function createReleases(projectId: Accessor<number>) {
  const client = useQueryClient();
  const slots = useQuery(() => slotListQuery(projectId()));
  const serving = useQuery(() => servingQuery(projectId()));
  const periods = useQuery(() => slotPeriodsQuery(projectId()));
  const experiments = useQuery(() => experimentListQuery(projectId()));
  const usage = useQuery(() => usageQuery(projectId()));
  const live = createLiveVersion(projectId);
  const names = createModelNames(projectId);

  const running = () =>
    loadedData(experiments)?.results.find(({ status, kind }) => status === "RUNNING" && kind === "ab") ??
    null;
  const facts = (): readonly SlotFacts[] => {
    const known = loadedData(periods);
    return slotFacts(
      loadedData(slots)?.results ?? [],
      loadedData(serving)?.slots ?? [],
      { periods: known?.results ?? [], isAll: known?.next === null },
      running(),
    );
  };
  async function changed(): Promise<void> {
    await Promise.all([live.refresh(), client.invalidateQueries({ queryKey: ["model"] })]);
  }
  return {
    query: slots,
    facts,
    names,
    live,
    running,
    changed,
    /** What answers although there is no slot; null otherwise. */
    standIn: () => (facts().length === 0 ? (loadedData(serving)?.slots[0]?.model ?? null) : null),
    isEmpty: () =>
      !serving.isPending && !slots.isPending && facts().length === 0 && live.slots().length === 0,
    listsOf(slotId: number): number | null {
      const found = loadedData(usage);
      if (!found) return null;
      const from = new Date(Date.parse(found.to) - (LIST_DAYS - 1) * DAY_MS).toISOString().slice(0, 10);
      return listsBySlot(found, from).get(slotId) ?? 0;
    },
    /** Gives a slot another model. In the default slot it goes live as any new model does. */
    async replace({ slot, served }: SlotFacts, modelId: number): Promise<void> {
      if (served?.is_default) await deployModel(modelId);
      else await changeSlot(slot.id, { trained_model: modelId });
      await changed();
    },
    async switchTo({ slot }: SlotFacts, isActive: boolean): Promise<void> {
      await changeSlot(slot.id, { is_active: isActive });
      await changed();
    },
    async remove({ slot }: SlotFacts): Promise<void> {
      await deleteSlot(slot.id);
      await changed();
    },
  };
}

export type Releases = ReturnType<typeof createReleases>;
