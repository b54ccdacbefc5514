import { useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import { slotListQuery } from "../../api/slots.ts";
import { loadedData } from "../../components/loaded.tsx";
import { t } from "../../words/words.ts";

/** The slots of a project and their names. */
export function createSlotNames(projectId: Accessor<number>) {
  const query = useQuery(() => slotListQuery(projectId()));
  const slots = () => loadedData(query)?.results ?? [];
  return {
    isPending: () => query.isPending,
    slots,
    /** Null are popular items. */
    nameOf: (slot: number | null): string =>
      slot === null
        ? t("experiments.popular")
        : (slots().find(({ id }) => id === slot)?.name ?? t("experiments.slot", slot)),
  };
}

export type SlotNames = ReturnType<typeof createSlotNames>;
