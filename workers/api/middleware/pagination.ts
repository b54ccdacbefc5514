import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from "#contract/limits.ts";
import type { Page } from "#contract/primitives.ts";
import { wholeNumberOf } from "#contract/query-number.ts";
import { AppError } from "#services/app-error.ts";
import type { PageRequest } from "#services/resources/listing.ts";

/** No list is this long; the offset stays a safe integer. */
const MAX_PAGE = 999_999_999;

/** `?page=` from 1 and, if the resource allows it, `?page_size=` up to 100; an invalid size is the default. */
export function parsePage(query: Readonly<Record<string, string>>, sizeIsFixed: boolean): PageRequest {
  const text = query.page || "1";
  const page = wholeNumberOf(text) ?? 0;
  if (page < 1 || page > MAX_PAGE) throw new AppError("not_found", "Invalid page.");
  const size = sizeIsFixed ? 0 : (wholeNumberOf(query.page_size ?? "") ?? 0);
  return { page, pageSize: size > 0 ? Math.min(size, MAX_PAGE_SIZE) : DEFAULT_PAGE_SIZE };
}

function pageLink(url: string, page: number): string {
  const link = new URL(url);
  if (page === 1) link.searchParams.delete("page");
  else link.searchParams.set("page", String(page));
  link.searchParams.sort();
  return link.href;
}

export function toPage<T>(url: string, request: PageRequest, count: number, results: readonly T[]): Page<T> {
  const hasNext = request.page * request.pageSize < count;
  return {
    count,
    next: hasNext ? pageLink(url, request.page + 1) : null,
    previous: request.page > 1 ? pageLink(url, request.page - 1) : null,
    results,
  };
}
