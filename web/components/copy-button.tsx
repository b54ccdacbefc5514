import { createSignal, type JSX, onCleanup } from "solid-js";
import { t } from "../words/words.ts";
import { Button } from "./button.tsx";

const SHOWN_MS = 2_000;

export function CopyButton(props: { text: string; label: string }): JSX.Element {
  const [state, setState] = createSignal<"idle" | "copied" | "failed">("idle");
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(props.text);
      setState("copied");
    } catch {
      setState("failed");
    }
    clearTimeout(timer);
    timer = setTimeout(() => setState("idle"), SHOWN_MS);
  }

  const caption = () =>
    ({ idle: props.label, copied: t("components.copied"), failed: t("components.selectAndCopy") })[state()];
  return (
    <Button icon={state() === "copied" ? "check" : "copy"} onClick={() => void copy()}>
      <span aria-live="polite">{caption()}</span>
    </Button>
  );
}
