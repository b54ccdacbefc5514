import type { JSX } from "solid-js";
import { CopyButton } from "./copy-button.tsx";

/** Text to copy or to read. Focusable, so that wide text can be scrolled by keyboard. */
export function CodeBlock(props: {
  code: string;
  label: string;
  /** For assistive technology, where several blocks of a page have the same label. */
  name?: string;
  copy?: string;
  tall?: boolean;
}): JSX.Element {
  return (
    <div class="overflow-hidden rounded-md border border-line bg-sunken">
      <div class="flex items-center justify-between gap-2 border-b border-line py-1 pr-1 pl-3">
        <span class="text-xs text-muted">{props.label}</span>
        {props.copy ? <CopyButton text={props.code} label={props.copy} /> : null}
      </div>
      <section
        tabindex={0}
        aria-label={props.name ?? props.label}
        class={`overflow-auto px-3 py-2.5 font-mono text-xs leading-relaxed ${props.tall ? "max-h-96" : "max-h-56"}`}
      >
        <pre>
          <code>{props.code}</code>
        </pre>
      </section>
    </div>
  );
}
