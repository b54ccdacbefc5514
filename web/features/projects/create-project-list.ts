import { useSearchParams } from "@solidjs/router";
import { keepPreviousData, useQuery } from "@tanstack/solid-query";
import { projectsQuery } from "../../api/projects.ts";
import { t } from "../../words/words.ts";

/** Possible orders of projects, with the API's names; the first is the default. */
export const projectOrders = () =>
  [
    { value: "-ins_datetime", label: t("projects.orders.newest") },
    { value: "name", label: t("projects.orders.name") },
    { value: "-updated_at", label: t("projects.orders.changed") },
  ] as const;

/** Delay after the last key before the search, milliseconds. */
const TYPING_PAUSE_MS = 250;

/** A page of the projects that a search finds. Search, order and page are in the address. */
export function createProjectList() {
  const [params, setParams] = useSearchParams<{ search?: string; ordering?: string; page?: string }>();
  const search = () => params.search ?? "";
  const ordering = () =>
    projectOrders().find(({ value }) => value === params.ordering)?.value ?? projectOrders()[0].value;
  const page = () => (/^[1-9]\d{0,8}$/.test(params.page ?? "") ? Number(params.page) : 1);
  const query = useQuery(() => ({
    ...projectsQuery({ page: page(), search: search(), ordering: ordering() }),
    placeholderData: keepPreviousData,
  }));
  let typing: ReturnType<typeof setTimeout> | undefined;
  return {
    query,
    search,
    ordering,
    page,
    setPage: (next: number) => setParams({ page: next > 1 ? String(next) : null }),
    setOrdering: (value: string) =>
      setParams({ ordering: value === projectOrders()[0].value ? null : value, page: null }),
    setSearch: (text: string) => {
      clearTimeout(typing);
      typing = setTimeout(
        () => setParams({ search: text.trim() || null, page: null }, { replace: true }),
        TYPING_PAUSE_MS,
      );
    },
  };
}
