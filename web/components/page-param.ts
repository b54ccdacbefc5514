import { useSearchParams } from "@solidjs/router";
import type { Accessor } from "solid-js";

/**
 * The page of a list, kept in the address (`?page=2`): a reload or a link shows the same page. The first page has no parameter.
 *
 * @param name The parameter, where a page has several lists.
 */
export function createPageParam(name = "page"): readonly [Accessor<number>, (page: number) => void] {
  const [params, setParams] = useSearchParams();
  const page = () => {
    const text = String(params[name] ?? "");
    return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 1;
  };
  return [page, (next) => setParams({ [name]: next > 1 ? next : null }, { scroll: true })];
}
