import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import { type Accessor, createSignal } from "solid-js";
import type { SavedRuleResponse } from "#contract/saved-rule.ts";
import { deleteRule, ruleListQuery, rulesKey, switchRule } from "../../api/rules.ts";

/** The saved rules of a project, and which one is open: null for none, `new` for a new one. */
export function createRules(projectId: Accessor<number>) {
  const client = useQueryClient();
  const query = useQuery(() => ruleListQuery(projectId()));
  const [open, setOpen] = createSignal<SavedRuleResponse | "new" | null>(null);
  const changed = () => client.invalidateQueries({ queryKey: rulesKey(projectId()) });
  const turn = useMutation(() => ({
    mutationFn: ({ id, isOn }: { id: number; isOn: boolean }) => switchRule(id, isOn),
    onSettled: changed,
  }));
  return {
    query,
    changed,
    open,
    setOpen,
    turn,
    async remove(ruleId: number): Promise<void> {
      await deleteRule(ruleId);
      const shown = open();
      if (shown !== null && shown !== "new" && shown.id === ruleId) setOpen(null);
      await changed();
    },
  };
}

export type Rules = ReturnType<typeof createRules>;
