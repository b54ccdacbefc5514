import { useMutation } from "@tanstack/solid-query";
import { createSignal } from "solid-js";
import { createStore } from "solid-js/store";
import { ApiError, type FieldErrors } from "../../api/api-error.ts";
import { createSlot } from "../../api/slots.ts";
import { t } from "../../words/words.ts";
import type { Releases } from "./create-releases.ts";
import { readWeight } from "./slot-facts.ts";

const PERCENT = 100;

/** The form of a new slot. */
export function createNewSlot(releases: Releases, projectId: () => number, onDone: () => void) {
  const [values, setValues] = createStore({ name: "", model: "", kind: "live", weight: "10", rate: "10" });
  const [problems, setProblems] = createSignal<FieldErrors>({});
  const create = useMutation(() => ({
    mutationFn: createSlot,
    onSuccess: async () => {
      await releases.changed();
      onDone();
    },
  }));
  const refused = () => (create.error instanceof ApiError ? create.error.fields : {});
  const FIELDS: readonly string[] = ["name", "trained_model", "weight", "shadow_rate"];

  function submit(): void {
    const isShadow = values.kind === "shadow";
    // Percents have the bounds of weights.
    const [weight, rate] = [readWeight(values.weight), readWeight(values.rate)];
    const found: FieldErrors = {
      ...(values.name.trim() ? {} : { name: [t("live.add.needsName")] }),
      ...(values.model ? {} : { trained_model: [t("live.add.needsModel")] }),
      ...(!isShadow && weight === null ? { weight: [t("live.traffic.outOfRange")] } : {}),
      ...(isShadow && rate === null ? { shadow_rate: [t("live.add.rateRange")] } : {}),
    };
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    create.mutate({
      project: projectId(),
      name: values.name.trim(),
      trained_model: Number(values.model),
      ...(isShadow ? { is_shadow: true, shadow_rate: (rate ?? 0) / PERCENT } : { weight: weight ?? 0 }),
    });
  }

  return {
    values,
    set: (field: keyof typeof values, value: string) => setValues({ [field]: value }),
    errorsOf: (field: string) => problems()[field] ?? refused()[field],
    error: () =>
      create.error && !Object.keys(refused()).some((field) => FIELDS.includes(field)) ? create.error : null,
    isBusy: () => create.isPending,
    submit,
  };
}
