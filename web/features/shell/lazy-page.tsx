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
  return function LazyPage(): JSX.Element {
    return (
      <ErrorPage>
        <LoadedPage
          load={async () => {
            loaded ??= await load();
            return loaded;
          }}
          loaded={loaded}
        />
      </ErrorPage>
    );
  };
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
