import { For, type JSX, Show } from "solid-js";
import type { SavedRuleResponse } from "#contract/saved-rule.ts";
import { Badge } from "../../components/badge.tsx";
import { Button, IconButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { formatMoment } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { useRefusal } from "../../components/role.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { createRules, type Rules } from "./create-rules.ts";
import { RuleEditorCard } from "./rule-editor.tsx";

/** The saved rules of a project, and the one that is being written. */
export function RulesPage(): JSX.Element {
  const { projectId } = useProject();
  const rules = createRules(projectId);
  const add = () => (
    <Button needs="editor" look="primary" icon="plus" onClick={() => rules.setOpen("new")}>
      {t("rules.create")}
    </Button>
  );
  const head = () => [
    { label: t("rules.table.on") },
    { label: t("rules.table.name") },
    { label: t("rules.table.kind") },
    { label: t("rules.table.text") },
    { label: t("rules.table.when") },
    { label: t("rules.table.priority"), numeric: true },
    { label: t("rules.table.actions"), hidden: true },
  ];
  return (
    <>
      <PageHeader
        title={t("rules.title")}
        description={t("rules.about")}
        actions={<Show when={rules.open() === null}>{add()}</Show>}
      />
      <div class="space-y-4">
        <Show when={rules.open()} keyed>
          {(open) => (
            <RuleEditorCard
              rule={open === "new" ? null : open}
              onDone={() => {
                rules.setOpen(null);
                void rules.changed();
              }}
            />
          )}
        </Show>
        <Show when={rules.turn.error}>
          {(error) => <ErrorNotice title={t("rules.table.failed")} error={error()} />}
        </Show>
        <Loaded query={rules.query} what={t("rules.what.list")}>
          {(list) => (
            <Show
              when={list().count > 0}
              fallback={
                <Show when={rules.open() === null}>
                  <Card>
                    <EmptyState icon="funnel" title={t("rules.none.title")} action={add()}>
                      {t("rules.none.why")}
                    </EmptyState>
                  </Card>
                </Show>
              }
            >
              <Card flush>
                <Table caption={t("rules.title")} head={head()}>
                  <For each={list().results}>{(rule) => <RuleRow rule={rule} rules={rules} />}</For>
                </Table>
              </Card>
            </Show>
          )}
        </Loaded>
      </div>
    </>
  );
}

function RuleRow(props: { rule: SavedRuleResponse; rules: Rules }): JSX.Element {
  const refusal = useRefusal(() => "editor");
  const when = () => {
    const { starts_at, ends_at } = props.rule;
    const [from, until] = [starts_at, ends_at].map((at) => (at === null ? null : formatMoment(at)));
    if (from && until) return t("rules.table.between", from, until);
    if (from) return t("rules.table.from", from);
    return until ? t("rules.table.until", until) : t("rules.table.always");
  };
  return (
    <tr class="hover:bg-hover/50">
      <td class="w-8 pl-4">
        <input
          type="checkbox"
          class="block size-4 accent-accent"
          aria-label={t("rules.table.turn", props.rule.name)}
          checked={props.rule.is_enabled}
          disabled={refusal() !== null}
          title={refusal() ?? undefined}
          onChange={(event) =>
            props.rules.turn.mutate({ id: props.rule.id, isOn: event.currentTarget.checked })
          }
        />
      </td>
      <td class={`${CELL} min-w-32 font-medium ${props.rule.is_enabled ? "" : "text-muted"}`}>
        {props.rule.name}
      </td>
      <td class={CELL}>
        <Badge tone="neutral">{t(`rules.kinds.${props.rule.kind}`)}</Badge>
      </td>
      <td class={`${CELL} max-w-80 min-w-48 font-mono text-xs break-words`}>{props.rule.rule}</td>
      <td class={`${CELL} min-w-28 text-muted`}>{when()}</td>
      <td class={NUMBER_CELL}>{props.rule.priority}</td>
      <td class="px-2">
        <div class="flex justify-end gap-1">
          <IconButton
            needs="editor"
            icon="sliders"
            label={t("rules.table.edit", props.rule.name)}
            onClick={() => props.rules.setOpen(props.rule)}
          />
          <ConfirmButton
            needs="editor"
            trigger={t("rules.table.remove", props.rule.name)}
            triggerIcon="trash"
            compact
            title={t("rules.table.removeTitle", props.rule.name)}
            confirm={t("rules.table.removeConfirm")}
            onConfirm={() => props.rules.remove(props.rule.id)}
          >
            {t("rules.table.removeWhy")}
          </ConfirmButton>
        </div>
      </td>
    </tr>
  );
}
