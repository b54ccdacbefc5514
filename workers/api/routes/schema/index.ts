import { html } from "hono/html";
import type { Endpoint, Handler, Operation } from "../../middleware/endpoint.ts";
import { buildDocument, descriptionKey, documentPath } from "../../openapi/build-document.ts";
import { DESCRIPTIONS } from "../../openapi/descriptions.ts";
import type { RouteDeps } from "../route-deps.ts";

const JSON_TYPE = "application/vnd.oai.openapi+json";
/** JSON is YAML, too. */
const YAML_TYPE = "application/vnd.oai.openapi; charset=utf-8";
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
const PAGE_STYLE =
  "body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}code{font-weight:600}";

/** The API's description for programs, and as a page without scripts for readers. */
export function schemaRoutes(endpoint: Endpoint, deps: RouteDeps, operations: readonly Operation[]): void {
  const { title } = deps.dialect;
  let text: string | null = null;
  const documentText = () => {
    text ??= JSON.stringify(buildDocument(operations, DESCRIPTIONS, title));
    return text;
  };
  const page: Handler = (c) => {
    c.header("Content-Security-Policy", PAGE_POLICY);
    return c.html(referencePage(title, operations));
  };
  endpoint(
    "/schema",
    {
      GET: (c) => {
        const isJson = c.req.query("format") === "json";
        return c.body(documentText(), 200, {
          "Content-Type": isJson ? JSON_TYPE : YAML_TYPE,
          "Content-Disposition": `inline; filename="${title} (v1).${isJson ? "json" : "yaml"}"`,
        });
      },
    },
    { access: "public" },
  );
  const pageWithHeaders: Handler = (c) => {
    for (const [name, value] of Object.entries(deps.dialect.referenceHeaders(deps))) c.header(name, value);
    return page(c);
  };
  endpoint("/schema/swagger-ui", { GET: pageWithHeaders }, { access: "public" });
  endpoint("/schema/redoc", { GET: page }, { access: "public" });
}

function referencePage(title: string, operations: readonly Operation[]) {
  const lines = operations.map((operation) => {
    const summary = DESCRIPTIONS[descriptionKey(operation)]?.summary ?? "";
    return html`<li><code>${operation.method} ${documentPath(operation.path)}</code> ${summary}</li>`;
  });
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><style>${PAGE_STYLE}</style></head>
<body><h1>${title}</h1><p>For programs: <a href="/api/v1/schema/?format=json">OpenAPI 3.1</a>. To try calls out: <a href="/docs/">the reference</a>.</p><ul>${lines}</ul></body>
</html>`;
}
