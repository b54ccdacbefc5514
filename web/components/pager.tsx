import { type JSX, Show } from "solid-js";
import { DEFAULT_PAGE_SIZE } from "#contract/limits.ts";
import { t } from "../words/words.ts";
import { Button } from "./button.tsx";
import { formatCount } from "./format.ts";

/** Steps through the pages of a list; not shown if there is only one page. */
export function Pager(props: { count: number; page: number; onPage: (page: number) => void }): JSX.Element {
  const last = () => Math.max(1, Math.ceil(props.count / DEFAULT_PAGE_SIZE));
  return (
    <Show when={last() > 1}>
      <nav
        class="flex items-center justify-between gap-3 border-t border-line px-4 py-2.5"
        aria-label={t("components.pages")}
      >
        <span class="num text-sm text-muted">
          {t("components.page", formatCount(props.page), formatCount(last()))}
        </span>
        <span class="flex gap-2">
          <Button disabled={props.page <= 1} onClick={() => props.onPage(props.page - 1)}>
            {t("components.newer")}
          </Button>
          <Button disabled={props.page >= last()} onClick={() => props.onPage(props.page + 1)}>
            {t("components.older")}
          </Button>
        </span>
      </nav>
    </Show>
  );
}
