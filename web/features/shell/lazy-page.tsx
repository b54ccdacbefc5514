import { type Component, type JSX, lazy, Suspense } from "solid-js";
import { Skeleton } from "../../components/skeleton.tsx";
import { ErrorPage } from "./error-page.tsx";

const LINES = 6;

/**
 * A page that is loaded when it is first shown. Each brings its own boundary: with a shared one, the router would keep the page
 * that is left on screen until everything on the next one has settled.
 */
export function lazyPage(load: () => Promise<Component>): Component {
  const Page = lazy(async () => ({ default: await load() }));
  return function LazyPage(): JSX.Element {
    return (
      <ErrorPage>
        <Suspense fallback={<Skeleton lines={LINES} />}>
          <Page />
        </Suspense>
      </ErrorPage>
    );
  };
}
