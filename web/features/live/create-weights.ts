import { useMutation } from "@tanstack/solid-query";
import { createSignal } from "solid-js";
import { changeSlot } from "../../api/slots.ts";
import { t } from "../../words/words.ts";
import type { Releases } from "./create-releases.ts";
import { readWeight, type SlotFacts, sharesOf } from "./slot-facts.ts";

/** The weights of the slots that answer, as typed: shares follow before anything is saved. */
export function createWeights(releases: Releases) {
  const [typed, setTyped] = createSignal<ReadonlyMap<number, string>>(new Map());
  const [isSaved, setSaved] = createSignal(false);
  const answering = (): readonly SlotFacts[] => releases.facts().filter(({ state }) => state === "live");
  const textOf = ({ slot }: SlotFacts) => typed().get(slot.id) ?? String(slot.weight);
  const weightOf = (facts: SlotFacts) => readWeight(textOf(facts));
  const changes = () =>
    answering().flatMap((facts) => {
      const weight = weightOf(facts);
      return weight !== null && weight !== facts.slot.weight ? [{ id: facts.slot.id, weight }] : [];
    });
  const save = useMutation(() => ({
    mutationFn: async () => {
      for (const { id, weight } of changes()) await changeSlot(id, { weight });
    },
    onSuccess: () => {
      setTyped(new Map());
      setSaved(true);
    },
    // Some may be saved where a later one failed.
    onSettled: () => releases.changed(),
  }));
  return {
    answering,
    textOf,
    setText(facts: SlotFacts, text: string): void {
      setSaved(false);
      save.reset();
      setTyped((known) => new Map(known).set(facts.slot.id, text));
    },
    errorsOf: (facts: SlotFacts) => (weightOf(facts) === null ? [t("live.traffic.outOfRange")] : undefined),
    /** With the typed weights. */
    shares: () =>
      sharesOf(
        answering().map((facts) => ({ ...facts.slot, weight: weightOf(facts) ?? facts.slot.weight })),
        releases.running(),
      ),
    isChanged: () => changes().length > 0,
    isWrong: () => answering().some((facts) => weightOf(facts) === null),
    isSaved,
    isSaving: () => save.isPending,
    error: () => save.error,
    undo: () => setTyped(new Map()),
    save: () => save.mutate(),
  };
}
