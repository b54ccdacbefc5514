import { Tooltip } from "@kobalte/core/tooltip";
import { createSignal, type JSX, type ParentProps } from "solid-js";
import type { Catalogue } from "../words/en/catalogue.ts";
import { t } from "../words/words.ts";

export type TermName = keyof Catalogue["terms"];

/** A word of the field, with a line that explains it: on hover, on focus, and on a tap. */
export function Term(props: ParentProps<{ name: TermName }>): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <Tooltip open={isOpen()} onOpenChange={setOpen} openDelay={250} gutter={6}>
      <Tooltip.Trigger
        type="button"
        class="cursor-help rounded-sm text-left underline decoration-edge decoration-dotted underline-offset-3"
        onClick={() => setOpen(true)}
      >
        {props.children}
      </Tooltip.Trigger>
      {/* In the main part of the page, as all that is read belongs to a part. */}
      <Tooltip.Portal mount={document.getElementById("content") ?? document.body}>
        <Tooltip.Content class="z-50 max-w-72 rounded-md border border-line bg-surface px-3 py-2 text-sm text-ink text-pretty shadow-overlay">
          {t(`terms.${props.name}`)}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip>
  );
}
