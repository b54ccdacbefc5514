/** A request for recommendations and an event, for each kind of application. Pure. */
import { shellQuoted } from "../keys/curl-command.ts";

export const CODE_KINDS = ["curl", "typescript", "nestjs", "python", "browser"] as const;
export type CodeKind = (typeof CODE_KINDS)[number];

export interface CodeFacts {
  readonly origin: string;
  readonly key: string;
  readonly userId: string;
  readonly itemId: string;
}

/** Texts in code: JSON's quotes are right in JavaScript and in Python. `<` is escaped, as some of the code stands in HTML. */
const quoted = (text: string) => JSON.stringify(text).replaceAll("<", "\\u003c");

export function codeSample(kind: CodeKind, facts: CodeFacts): string {
  return SAMPLES[kind](facts);
}

const SAMPLES: Readonly<Record<CodeKind, (facts: CodeFacts) => string>> = {
  curl: ({ origin, key, userId, itemId }) => {
    const call = (path: string, body: object) =>
      [
        `curl -X POST ${shellQuoted(origin + path)}`,
        `-H ${shellQuoted(`X-API-Key: ${key}`)}`,
        `-H ${shellQuoted("Content-Type: application/json")}`,
        `-d ${shellQuoted(JSON.stringify(body))}`,
      ].join(" \\\n  ");
    return [
      call("/v1/recommend", { user_id: userId, limit: 10, include_metadata: true }),
      call("/v1/events", { type: "click", user_id: userId, item_id: itemId }),
    ].join("\n\n");
  },
  typescript: ({ origin, key, userId, itemId }) => `import { createClient } from "edgewise-client";

const edgewise = createClient({ url: ${quoted(origin)}, apiKey: ${quoted(key)} });

const { items, request_id } = await edgewise.recommend({ user_id: ${quoted(userId)}, limit: 10 });
console.log(items.map(({ item_id }) => item_id));

await edgewise.sendEvents([
  { type: "click", user_id: ${quoted(userId)}, item_id: ${quoted(itemId)}, request_id },
]);`,
  nestjs: ({ origin, key }) => `import { Controller, Get, Inject, Module, Param } from "@nestjs/common";
import { EdgewiseModule, RecommendationService } from "edgewise-nestjs";

@Controller("feed")
export class FeedController {
  constructor(@Inject(RecommendationService) private readonly posts: RecommendationService) {}

  @Get(":userId")
  page(@Param("userId") userId: string) {
    return this.posts.recommendations(userId, { limit: 10, offset: 0 });
  }
}

@Module({
  imports: [EdgewiseModule.forRoot({ url: ${quoted(`${origin}/kpop`)}, apiKey: ${quoted(key)} })],
  controllers: [FeedController],
})
export class FeedModule {}`,
  python: ({ origin, key, userId, itemId }) => `import json
from urllib.request import Request, urlopen


def ask(path, body):
    headers = {"X-API-Key": ${quoted(key)}, "Content-Type": "application/json"}
    request = Request(${quoted(origin)} + path, json.dumps(body).encode(), headers)
    with urlopen(request, timeout=5) as answer:
        return json.load(answer)


found = ask("/v1/recommend", {"user_id": ${quoted(userId)}, "limit": 10})
print([item["item_id"] for item in found["items"]])

ask("/v1/events", {"type": "click", "user_id": ${quoted(userId)}, "item_id": ${quoted(itemId)}})`,
  browser: ({
    origin,
    itemId,
  }) => `<!-- A key in a page can be read by everybody: use a browser key, and a token of the visitor from your server. -->
<ul data-edgewise-request="REQUEST_ID_OF_THE_ANSWER">
  <li data-edgewise-item=${quoted(itemId)}>…</li>
</ul>
<script type="module">
  import { startBeacon } from "/edgewise-beacon.js";
  const beacon = startBeacon({ url: ${quoted(origin)}, apiKey: "YOUR_BROWSER_KEY", userToken: "TOKEN_OF_THE_VISITOR" });
  beacon.setConsent(true); // after the visitor has agreed
</script>`,
};
