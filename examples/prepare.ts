/**
 * What a page needs of a running Edgewise: an account, two projects of the page's sample (one by title, one for people), an app with
 * its key, and keys for events. Projects are made by AiREC's form, as its studio makes them.
 */
import { openAccount } from "#cli/demo/demo-account.ts";
import { waitFor } from "#cli/demo/wait-for.ts";
import {
  ITEM_COLUMNS,
  itemsCsv,
  makeSample,
  RATING_COLUMNS,
  ratingsCsv,
  type Sample,
} from "./sample/make-sample.ts";
import { FILMS, TRACKS } from "./sample/words.ts";

export const PAGES = ["movierec", "musicrec"] as const;
export type PageName = (typeof PAGES)[number];

/** What the page reads. Everybody may read it: it has no secret but the app's key, which may only ask for lists. */
export interface PageSettings {
  /** With AiREC's prefix. */
  readonly airecUrl: string;
  readonly eventsUrl: string;
  readonly apiKey: string;
  readonly browserKey: string;
  readonly byTitle: number;
  readonly forPeople: number;
  readonly items: Sample["items"];
  readonly people: Sample["people"];
}

export interface PreparedPage {
  readonly settings: PageSettings;
  /** Of the project for people: makes tokens of visitors. Stays on the server. */
  readonly secretKey: string;
}

type Post = <Body>(path: string, body: unknown) => Promise<Body>;

const SAMPLES: Readonly<Record<PageName, Sample>> = {
  movierec: makeSample(FILMS, "m", 11),
  musicrec: makeSample(TRACKS, "t", 12),
};

/**
 * Makes all of it; ready when it returns. Throws with the reason if a project cannot be used.
 *
 * @param url Of the deployment. @param origin Of the pages, which alone may send events by their keys.
 */
export async function preparePages(
  url: string,
  origin: string,
): Promise<Readonly<Record<PageName, PreparedPage>>> {
  const { account, client } = await openAccount(url);
  const login = await client.post<{ access: string }>("auth/login/", account);
  const prepare = async (name: PageName): Promise<PreparedPage> => {
    const sample = SAMPLES[name];
    const byTitle = await createProject(url, login.access, name, { content: sample });
    const forPeople = await createProject(url, login.access, name, { ratings: sample });
    const app = await airecPost(url, login.access, "/api/apps/register", {
      app_name: name,
      // Nobody is there: these pages need no calls back.
      webhook_url: `https://${name}.invalid/hook`,
    });
    const keyOf = (post: Post, body: object) =>
      post<{ key: string }>("api_keys/", { project: forPeople, scopes: ["predict", "events"], ...body });
    const secret = await keyOf(client.post, { name: "server" });
    const browser = await keyOf(client.post, { name: "page", is_browser: true, allowed_origins: [origin] });
    return {
      secretKey: secret.key,
      settings: {
        ...{ airecUrl: `${url}/airec`, eventsUrl: `${url}/v1/events` },
        ...{ apiKey: String(app.api_key), browserKey: browser.key, byTitle, forPeople },
        ...{ items: sample.items, people: sample.people },
      },
    };
  };
  return { movierec: await prepare("movierec"), musicrec: await prepare("musicrec") };
}

async function createProject(
  url: string,
  token: string,
  name: string,
  { content, ratings }: { readonly content?: Sample; readonly ratings?: Sample },
): Promise<number> {
  const form = new FormData();
  form.append("project_name", `${name}: ${content ? "titles" : "people"}`);
  const add = (kind: string, columns: object, text: string) => {
    form.append(`${kind}_schema_json`, JSON.stringify(columns));
    form.append(`${kind}_file`, new File([text], `${name}-${kind}.csv`, { type: "text/csv" }));
  };
  if (content) add("content", ITEM_COLUMNS, itemsCsv(content));
  if (ratings) add("interaction", RATING_COLUMNS, ratingsCsv(ratings));
  const made = await airec(url, token, "/create-project/", { method: "POST", body: form });
  const ended = await waitFor(
    () => airec(url, token, `/project/${made.id}/status`),
    ({ status }) => status === "ready" || status === "error",
  );
  if (ended.status === "error") throw new Error(`${name}: ${ended.error}`);
  return Number(made.id);
}

const airecPost = (url: string, token: string, path: string, body: object) =>
  airec(url, token, path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

async function airec(
  url: string,
  token: string,
  path: string,
  init: RequestInit = {},
): Promise<Readonly<Record<string, unknown>>> {
  const headers = { ...(init.headers as Record<string, string>), Authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/airec${path}`, { ...init, headers });
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Readonly<Record<string, unknown>>;
}
