import { useMutation, useQuery } from "@tanstack/solid-query";
import { createEffect, createSignal, on } from "solid-js";
import { createStore } from "solid-js/store";
import { MAX_RULE_PRIORITY, type SavedRuleResponse } from "#contract/saved-rule.ts";
import { ApiError, type FieldErrors } from "../../api/api-error.ts";
import { columnsQuery } from "../../api/columns.ts";
import { servingQuery } from "../../api/deployment.ts";
import { recommendToSample } from "../../api/models.ts";
import { countRuleImpact, previewRule, saveRule } from "../../api/rules.ts";
import type { Option } from "../../components/field.tsx";
import { loadedData } from "../../components/loaded.tsx";
import { t } from "../../words/words.ts";
import { faultIn, type RuleFields, ruleText, valueKind } from "./rule-text.ts";

const FIRST_FIELDS: Omit<RuleFields, "values"> = {
  ...{ kind: "filter", property: "", test: "equal", value: "" },
  ...{ factor: "2", position: "1", most: "2" },
};
const WHOLE = /^-?\d+$/;

/** One rule while it is written: fields that write its text, the text itself, and its preview on a person. */
export function createRuleEditor(
  projectId: () => number,
  rule: SavedRuleResponse | null,
  onSaved: () => void,
) {
  const columns = useQuery(() => columnsQuery(projectId(), "item"));
  const serving = useQuery(() => servingQuery(projectId()));
  const [fields, setFields] = createStore({ ...FIRST_FIELDS, ...(rule && { kind: rule.kind }) });
  const [values, setValues] = createStore({
    ...{ name: rule?.name ?? "", text: rule?.rule ?? "", priority: String(rule?.priority ?? 0) },
    ...{ starts: toInput(rule?.starts_at ?? null), ends: toInput(rule?.ends_at ?? null) },
    ...{ isEnabled: rule?.is_enabled ?? true, userId: "" },
  });
  const [problems, setProblems] = createSignal<FieldErrors>({});
  const known = () => loadedData(columns)?.columns ?? [];
  const liveId = () => loadedData(serving)?.slots[0]?.model.id ?? null;

  const sample = useQuery(() => ({
    queryKey: ["rule-person", liveId()],
    queryFn: () => recommendToSample(liveId() ?? 0, 0),
    enabled: liveId() !== null,
    staleTime: Number.POSITIVE_INFINITY,
    reconcile: false as const,
  }));
  createEffect(
    on(
      () => (liveId() === null ? undefined : loadedData(sample)?.user_id),
      (userId) => {
        if (userId !== undefined && values.userId === "") setValues({ userId });
      },
    ),
  );

  const tried = () => ({
    ...{ rule: values.text.trim(), replaces: rule?.id ?? null },
    priority: WHOLE.test(values.priority.trim()) ? Number(values.priority) : 0,
  });
  const preview = useMutation(() => ({
    mutationFn: () => previewRule(projectId(), { ...tried(), user_id: values.userId.trim() }),
  }));
  const impact = useMutation(() => ({ mutationFn: () => countRuleImpact(projectId(), tried()) }));
  const save = useMutation(() => ({
    mutationFn: () =>
      saveRule(rule?.id ?? null, {
        ...{ project: projectId(), name: values.name.trim(), rule: values.text.trim() },
        ...{ priority: Number(values.priority), is_enabled: values.isEnabled },
        ...{ starts_at: toTime(values.starts), ends_at: toTime(values.ends) },
      }),
    onSuccess: onSaved,
  }));
  const refused = () =>
    [save.error, preview.error, impact.error].find(
      (error) => error instanceof ApiError && error.status === 400,
    );
  const fieldsOf = (error: unknown): FieldErrors => (error instanceof ApiError ? error.fields : {});

  return {
    fields,
    values,
    setField: (part: Partial<RuleFields>) => setFields(part),
    setValue: (part: Partial<typeof values>) => {
      save.reset();
      if (part.text !== undefined) {
        preview.reset();
        impact.reset();
      }
      setValues(part);
    },
    properties: (): readonly Option[] => known().map(({ name }) => ({ value: name, label: name })),
    samplesOf: (property: string) => known().find(({ name }) => name === property)?.samples ?? [],
    /** The text of the form; null while it is incomplete. */
    written: () =>
      ruleText({
        ...fields,
        values: valueKind(known().find(({ name }) => name === fields.property)?.samples ?? null),
      }),
    errorsOf: (field: string) => problems()[field] ?? fieldsOf(refused())[field],
    fault: () => {
      const [message] = fieldsOf(refused()).rule ?? [];
      return message === undefined ? null : faultIn(values.text, message);
    },
    preview,
    previewError: () =>
      preview.error && Object.keys(fieldsOf(preview.error)).length === 0 ? preview.error : null,
    impact,
    impactError: () =>
      impact.error && Object.keys(fieldsOf(impact.error)).length === 0 ? impact.error : null,
    canCount: () => values.text.trim() !== "",
    canPreview: () => values.text.trim() !== "" && values.userId.trim() !== "",
    save,
    saveError: () => (save.error && Object.keys(fieldsOf(save.error)).length === 0 ? save.error : null),
    submit(): void {
      const priority = values.priority.trim();
      const isWhole = WHOLE.test(priority) && Math.abs(Number(priority)) <= MAX_RULE_PRIORITY;
      const found = {
        ...(values.name.trim() ? {} : { name: [t("rules.editor.problems.name")] }),
        ...(values.text.trim() ? {} : { rule: [t("rules.editor.problems.text")] }),
        ...(isWhole ? {} : { priority: [t("rules.editor.problems.priority")] }),
      };
      setProblems(found);
      if (Object.keys(found).length === 0) save.mutate();
    },
  };
}

export type RuleEditor = ReturnType<typeof createRuleEditor>;

/** For an input of a local date and time; blank for null. */
function toInput(iso: string | null): string {
  if (iso === null) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function toTime(local: string): string | null {
  return local === "" ? null : new Date(local).toISOString();
}
