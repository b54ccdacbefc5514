import { type Component, createMemo, createSignal, type JSX, onMount, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { Skeleton } from "../../components/skeleton.tsx";
import { ErrorPage } from "./error-page.tsx";

const LINES = 6;

/**
 * A page whose code is loaded when it is first shown.
 *
 * It does not use Solid's `Suspense`: reading a query's data before its resource has settled suspends the nearest
 * boundary. That boundary then removes the whole page from the document for a moment. An input in use would lose the focus and
 * its text.
 */
export function lazyPage(load: () => Promise<Component>): Component {
  let loaded: Component | undefined;
  let loading: Promise<Component> | undefined;
  /** Loads once; a load that failed is tried again. */
  function loadOnce(): Promise<Component> {
    loading ??= load().then(
      (page) => {
        loaded = page;
        return page;
      },
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  }
  const LazyPage = (): JSX.Element => (
    <ErrorPage>
      <LoadedPage load={loadOnce} loaded={loaded} />
    </ErrorPage>
  );
  // The router calls it as soon as it knows the address, while the session and the project are still on their way. The page itself shows
  // a failure.
  return Object.assign(LazyPage, { preload: () => void loadOnce().catch(() => undefined) });
}

function LoadedPage(props: { load: () => Promise<Component>; loaded: Component | undefined }): JSX.Element {
  const [page, setPage] = createSignal<Component | undefined>(props.loaded);
  const [failure, setFailure] = createSignal<unknown>();
  onMount(() => {
    if (!page()) props.load().then((found) => setPage(() => found), setFailure);
  });
  // Thrown in place of the page, so that the error boundary around it shows the error.
  const found = createMemo(() => {
    if (failure() !== undefined) throw failure();
    return page();
  });
  return (
    <Show when={found()} fallback={<Skeleton lines={LINES} />}>
      <Dynamic component={found()} />
    </Show>
  );
}
