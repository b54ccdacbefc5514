/**
 * Which Worker answers an address of the one origin. The local stack, Vite's proxy and the deployment's configuration use this
 * list.
 */
import { SERVING_ROUTES } from "./serving-routes.ts";

/** The first segment of the K-pop service's addresses. */
export const KPOP_PREFIX = "kpop";

/** The first segment of the addresses of Gorse's clients. */
export const GORSE_PREFIX = "gorse";

/** First segments of the addresses that the serving Worker answers. */
export const SERVING_PREFIXES: readonly string[] = [
  KPOP_PREFIX,
  GORSE_PREFIX,
  ...new Set(Object.values(SERVING_ROUTES).map(({ path }) => path.split("/")[1] as string)),
];

/** The first segment of AiREC's addresses: without it some would be those of pages and of the management API. */
export const AIREC_PREFIX = "airec";

/** First segments of the addresses of the management API, its sockets, `/health` and AiREC's clients. */
export const API_PREFIXES: readonly string[] = ["api", "ws", "health", AIREC_PREFIX];

/** First two segments of the addresses where the management API answers some methods, although the first is one of serving. */
export const SHARED_PLACES: readonly string[] = ["v1/users"];

/** The methods of these addresses that serving answers. All others change the database. */
export const SERVING_METHODS: readonly string[] = ["GET", "HEAD", "PUT", "PATCH"];

/** The path of sockets. */
export const SOCKET_PREFIX = "ws";

export type Plane = "serving" | "api" | "files";

/** Who answers a request. `files` are the dashboard's; where they have none, the management API answers 404. */
export function planeOf(pathname: string, method: string): Plane {
  const [, first = "", second = ""] = pathname.split("/", 3);
  if (SHARED_PLACES.includes(`${first}/${second}`))
    return SERVING_METHODS.includes(method) ? "serving" : "api";
  if (SERVING_PREFIXES.includes(first)) return "serving";
  return API_PREFIXES.includes(first) ? "api" : "files";
}
