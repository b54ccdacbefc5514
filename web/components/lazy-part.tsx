import { type Component, createSignal, type JSX, onCleanup, onMount, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { backoffMs } from "../api/backoff.ts";

/** A component whose code is loaded later. */
export type LazyPart<Props extends object> = Component<Props> & {
  /** Loads the code while the browser has nothing else to do, so that the part is there when somebody wants it. */
  readonly whenIdle: () => void;
};

/** Safari has no `requestIdleCallback`. */
const WITHOUT_IDLE_CALLBACK_MS = 500;

function afterRest(work: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(work);
  else setTimeout(work, WITHOUT_IDLE_CALLBACK_MS);
}

/**
 * A part of a page whose code comes when the part is first shown. It asks again while the server does not answer: the page around it, and
 * what is typed there, stays.
 * @param standIn What holds its place until then.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<Component<Props>>,
  standIn: () => JSX.Element = () => null,
): LazyPart<Props> {
  const [part, setPart] = createSignal<Component<Props>>();
  const fetch = async () => {
    const found = await load();
    setPart(() => found);
  };
  function Part(props: Props): JSX.Element {
    onMount(() => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      onCleanup(() => clearTimeout(timer));
      const attempt = (count: number): void => {
        if (part()) return;
        fetch().catch((error: unknown) => {
          console.error(error);
          timer = setTimeout(attempt, backoffMs(count, Math.random), count + 1);
        });
      };
      attempt(0);
    });
    return (
      <Show when={part()} fallback={standIn()}>
        {(found) => <Dynamic component={found()} {...props} />}
      </Show>
    );
  }
  // What fails now is loaded when the part is shown.
  return Object.assign(Part, { whenIdle: () => afterRest(() => void fetch().catch(() => undefined)) });
}
