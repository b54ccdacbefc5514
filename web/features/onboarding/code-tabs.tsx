import { Tabs } from "@kobalte/core/tabs";
import { For, type JSX } from "solid-js";
import { CodeBlock } from "../../components/code-block.tsx";
import { t } from "../../words/words.ts";
import { CODE_KINDS, type CodeFacts, codeSample } from "./code-samples.ts";

const TAB =
  "border-b-2 border-transparent px-1 py-2 text-sm font-medium whitespace-nowrap text-muted hover:text-ink " +
  "data-[selected]:border-accent data-[selected]:text-ink";

/** Code to copy, with the project's own address, key, person and item. */
export function CodeTabs(props: { facts: CodeFacts }): JSX.Element {
  return (
    <Tabs>
      <Tabs.List class="mb-3 flex gap-5 overflow-x-auto border-b border-line">
        <For each={CODE_KINDS}>
          {(kind) => (
            <Tabs.Trigger value={kind} class={TAB}>
              {t(`onboarding.kinds.${kind}`)}
            </Tabs.Trigger>
          )}
        </For>
      </Tabs.List>
      <For each={CODE_KINDS}>
        {(kind) => (
          <Tabs.Content value={kind} class="rounded-sm">
            <CodeBlock
              label={t(`onboarding.kinds.${kind}`)}
              code={codeSample(kind, props.facts)}
              copy={t("onboarding.copy")}
              tall
            />
          </Tabs.Content>
        )}
      </For>
    </Tabs>
  );
}
