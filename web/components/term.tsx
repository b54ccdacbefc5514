import { createSignal, createUniqueId, type JSX, onCleanup, onMount, type ParentProps, Show } from "solid-js";
import { Portal } from "solid-js/web";
import type { Catalogue } from "../words/en/catalogue.ts";
import { t } from "../words/words.ts";
import { besideOf } from "./beside.ts";

export type TermName = keyof Catalogue["terms"];

/** The pointer crosses words on its way elsewhere; a line at each would flicker. */
const OPEN_AFTER_MS = 250;
/** Time to move the pointer from the word to its line. */
const CLOSE_AFTER_MS = 150;

/** A word of the field, with a line that explains it: on hover, on focus, and on a tap. */
export function Term(props: ParentProps<{ name: TermName }>): JSX.Element {
  const id = createUniqueId();
  const [isOpen, setOpen] = createSignal(false);
  let word: HTMLButtonElement | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  function set(isWanted: boolean, afterMs = 0): void {
    clearTimeout(timer);
    if (afterMs === 0) setOpen(isWanted);
    else timer = setTimeout(() => setOpen(isWanted), afterMs);
  }
  onCleanup(() => clearTimeout(timer));
  const enter = (event: PointerEvent) =>
    event.pointerType !== "touch" && set(true, isOpen() ? 0 : OPEN_AFTER_MS);
  const leave = (event: PointerEvent) => event.pointerType !== "touch" && set(false, CLOSE_AFTER_MS);
  return (
    <>
      <button
        ref={word}
        type="button"
        class="cursor-help rounded-sm text-left underline decoration-edge decoration-dotted underline-offset-3"
        aria-describedby={isOpen() ? id : undefined}
        onClick={() => set(true)}
        onFocus={() => set(true)}
        onBlur={() => set(false)}
        onPointerEnter={enter}
        onPointerLeave={leave}
      >
        {props.children}
      </button>
      <Show when={isOpen()}>
        {/* In the main part of the page, as all that is read belongs to a part. */}
        <Portal mount={document.getElementById("content") ?? document.body}>
          <Line id={id} word={word} onEnter={enter} onLeave={leave} onClose={() => set(false)}>
            {t(`terms.${props.name}`)}
          </Line>
        </Portal>
      </Show>
    </>
  );
}

/** Moves a line, which stands at the corner of the window, beside its word. */
function place(word: Element, line: HTMLElement): void {
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const view = { width, height };
  const size = { width: line.offsetWidth, height: line.offsetHeight };
  const { left, top } = besideOf(word.getBoundingClientRect(), size, view);
  line.style.left = `${Math.round(left)}px`;
  line.style.top = `${Math.round(top)}px`;
}

function Line(
  props: ParentProps<{
    id: string;
    word: Element | undefined;
    onEnter: (event: PointerEvent) => void;
    onLeave: (event: PointerEvent) => void;
    onClose: () => void;
  }>,
): JSX.Element {
  let line: HTMLDivElement | undefined;
  onMount(() => {
    const follow = () => props.word && line && place(props.word, line);
    const onKeyDown = (event: KeyboardEvent) => event.key === "Escape" && props.onClose();
    follow();
    document.addEventListener("keydown", onKeyDown);
    window.addEventListener("scroll", follow, { capture: true, passive: true });
    window.addEventListener("resize", follow);
    onCleanup(() => {
      document.removeEventListener("keydown", onKeyDown);
      window.removeEventListener("scroll", follow, { capture: true });
      window.removeEventListener("resize", follow);
    });
  });
  return (
    <div
      ref={line}
      id={props.id}
      role="tooltip"
      class="fixed top-0 left-0 z-50 w-max max-w-[min(18rem,calc(100vw-1rem))] rounded-md border border-line bg-surface px-3 py-2 text-sm font-normal text-ink text-pretty shadow-overlay"
      onPointerEnter={(event) => props.onEnter(event)}
      onPointerLeave={(event) => props.onLeave(event)}
    >
      {props.children}
    </div>
  );
}
