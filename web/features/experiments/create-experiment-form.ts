import { useNavigate } from "@solidjs/router";
import { useMutation, useQueryClient } from "@tanstack/solid-query";
import { type Accessor, createSignal } from "solid-js";
import { createStore, unwrap } from "solid-js/store";
import { ApiError, type FieldErrors } from "../../api/api-error.ts";
import { createExperiment, experimentsKey } from "../../api/experiments.ts";
import { createSlot } from "../../api/slots.ts";
import type { Option } from "../../components/field.tsx";
import { t } from "../../words/words.ts";
import { createModelNames } from "../live/create-model-names.ts";
import { createSlotNames } from "./create-slot-names.ts";
import { EMPTY_DRAFT, newModelsOf, problemsOf, toRequest, type VariantDraft } from "./variant-drafts.ts";

/** The form of a new experiment. Versions without a slot get one with the weight 0, which only the experiment gives requests. */
export function createExperimentForm(projectId: Accessor<number>) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const names = createSlotNames(projectId);
  const models = createModelNames(projectId);
  const [draft, setDraft] = createStore(structuredClone(EMPTY_DRAFT));
  const [problems, setProblems] = createSignal<FieldErrors>({});
  const setVariants = (change: (known: readonly VariantDraft[]) => readonly VariantDraft[]) =>
    setDraft({ variants: change(draft.variants) });
  /** Slots that were made for versions: a second try after a refusal makes no second ones. */
  const made = new Map<number, number>();

  const create = useMutation(() => ({
    mutationFn: async () => {
      const found = unwrap(draft);
      for (const modelId of newModelsOf(found)) {
        if (made.has(modelId)) continue;
        const name = t("experiments.form.newSlotName", models.nameOf(modelId));
        const slot = { project: projectId(), name, trained_model: modelId, weight: 0 };
        made.set(modelId, (await createSlot(slot)).id);
      }
      return createExperiment(toRequest(found, projectId(), (modelId) => made.get(modelId) ?? 0));
    },
    onSuccess: async (experiment) => {
      await client.invalidateQueries({ queryKey: experimentsKey(projectId()) });
      navigate(`/projects/${projectId()}/experiments/${experiment.id}`);
    },
  }));
  const refused = () => (create.error instanceof ApiError ? create.error.fields : {});
  const answering = () => names.slots().filter(({ is_active, is_shadow }) => is_active && !is_shadow);

  return {
    draft,
    set: <Field extends keyof typeof draft>(field: Field, value: (typeof draft)[Field]) => {
      create.reset();
      setDraft({ [field]: value });
    },
    setVariant: (index: number, part: { source?: string; weight?: string }) => {
      create.reset();
      setVariants((known) => known.map((one, other) => (other === index ? { ...one, ...part } : one)));
    },
    addVariant: () => setVariants((known) => [...known, { source: "", weight: "1" }]),
    removeVariant: (index: number) => setVariants((known) => known.filter((_, other) => other !== index)),
    /** Slots that answer, and ready versions that have none. */
    sources: (): readonly Option[] => [
      ...answering().map(({ id, name }) => ({ value: `slot:${id}`, label: name })),
      ...models
        .ready()
        .filter(({ value }) => !answering().some((slot) => slot.trained_model === Number(value)))
        .map(({ value, label }) => ({
          value: `model:${value}`,
          label: t("experiments.form.newSlot", label),
        })),
    ],
    errorsOf: (field: string) => problems()[field] ?? refused()[field],
    error: () => create.error,
    isBusy: () => create.isPending,
    submit(): void {
      const found = problemsOf(unwrap(draft));
      setProblems(found);
      if (Object.keys(found).length === 0) create.mutate();
    },
  };
}

export type ExperimentForm = ReturnType<typeof createExperimentForm>;
