import type { UseQueryResult } from "@tanstack/solid-query";
import { type Accessor, type JSX, Match, Switch } from "solid-js";
import { t } from "../words/words.ts";
import { ErrorNotice } from "./notice.tsx";
import { Skeleton } from "./skeleton.tsx";

/**
 * A query's three states. `data` is read only once it is loaded: reading it earlier would suspend the page. Loaded data
 * stays in view while a refetch fails.
 */
export function Loaded<T>(props: {
  query: UseQueryResult<T, Error>;
  /** The name of the content in error messages: "the projects". */
  what: string;
  pending?: JSX.Element;
  children: (data: Accessor<NonNullable<T>>) => JSX.Element;
}): JSX.Element {
  return (
    <Switch fallback={props.pending ?? <Skeleton lines={4} />}>
      <Match when={props.query.isLoadingError}>
        <ErrorNotice
          title={t("common.notLoaded", props.what)}
          error={props.query.error}
          onRetry={() => void props.query.refetch()}
        />
      </Match>
      <Match when={loadedData(props.query)}>{(data) => props.children(data)}</Match>
    </Switch>
  );
}

/** A query's data, or undefined until it is loaded; never suspends and never throws. */
export function loadedData<T>(query: UseQueryResult<T, Error>): T | undefined {
  return query.isPending || query.isLoadingError ? undefined : query.data;
}
