import { type JSX, Show } from "solid-js";
import type { SavedRuleResponse } from "#contract/saved-rule.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CheckField, TextArea, TextField } from "../../components/field.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { createRuleEditor, type RuleEditor } from "./create-rule-editor.ts";
import { RuleBuilder } from "./rule-builder.tsx";
import { RulePreview } from "./rule-preview.tsx";

const TEXT_ROWS = 3;

/** Writes one rule, by form or as text, and shows what it does to a person's list. */
export function RuleEditorCard(props: { rule: SavedRuleResponse | null; onDone: () => void }): JSX.Element {
  const { projectId } = useProject();
  const editor = createRuleEditor(projectId, props.rule, () => props.onDone());
  return (
    <Card title={props.rule === null ? t("rules.editor.new") : t("rules.editor.change")}>
      <form
        class="space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          editor.submit();
        }}
      >
        <Show when={editor.saveError()}>
          {(error) => <ErrorNotice title={t("rules.editor.failed")} error={error()} />}
        </Show>
        <TextField
          class="max-w-md"
          label={t("rules.editor.name")}
          value={editor.values.name}
          errors={editor.errorsOf("name")}
          onValue={(name) => editor.setValue({ name })}
        />
        <RuleBuilder editor={editor} />
        <RuleTextField editor={editor} />
        <Schedule editor={editor} />
        <div class="flex flex-wrap items-center gap-2">
          <Button needs="editor" type="submit" look="primary" busy={editor.save.isPending}>
            {t("rules.editor.save")}
          </Button>
          <Button look="quiet" onClick={props.onDone}>
            {t("rules.editor.cancel")}
          </Button>
        </div>
        <RulePreview editor={editor} />
      </form>
    </Card>
  );
}

function RuleTextField(props: { editor: RuleEditor }): JSX.Element {
  return (
    <div class="[&_textarea]:font-mono [&_textarea]:text-sm">
      <TextArea
        label={t("rules.editor.text")}
        hint={t("rules.editor.textHint")}
        rows={TEXT_ROWS}
        value={props.editor.values.text}
        errors={props.editor.errorsOf("rule")}
        onValue={(text) => props.editor.setValue({ text })}
      />
      <Show when={props.editor.fault()}>
        {(fault) => (
          <pre
            class="mt-2 overflow-x-auto rounded-md bg-bad-soft px-3 py-2 font-mono text-xs"
            aria-hidden="true"
          >
            {`${fault().line}\n${" ".repeat(fault().before)}^ ${t("rules.editor.here")}`}
          </pre>
        )}
      </Show>
    </div>
  );
}

function Schedule(props: { editor: RuleEditor }): JSX.Element {
  return (
    <div class="grid gap-4 sm:grid-cols-3">
      <TextField
        label={t("rules.editor.starts")}
        hint={t("rules.editor.always")}
        type="datetime-local"
        value={props.editor.values.starts}
        errors={props.editor.errorsOf("starts_at")}
        onValue={(starts) => props.editor.setValue({ starts })}
      />
      <TextField
        label={t("rules.editor.ends")}
        hint={t("rules.editor.always")}
        type="datetime-local"
        value={props.editor.values.ends}
        errors={props.editor.errorsOf("ends_at")}
        onValue={(ends) => props.editor.setValue({ ends })}
      />
      <TextField
        label={t("rules.editor.priority")}
        hint={t("rules.editor.priorityHint")}
        inputmode="numeric"
        value={props.editor.values.priority}
        errors={props.editor.errorsOf("priority")}
        onValue={(priority) => props.editor.setValue({ priority })}
      />
      <CheckField
        label={t("rules.editor.enabled")}
        hint={t("rules.editor.enabledHint")}
        checked={props.editor.values.isEnabled}
        onChange={(isEnabled) => props.editor.setValue({ isEnabled })}
      />
    </div>
  );
}
