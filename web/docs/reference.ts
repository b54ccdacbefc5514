/** The API reference: Swagger UI over our own description, from our own origin. A signed-in visitor's cookies try calls out. */
import "swagger-ui-dist/swagger-ui.css";
import "./reference.css";
import startSwagger from "swagger-ui-dist/swagger-ui-es-bundle.js";

const DESCRIPTION_URL = "/api/v1/schema/?format=json";

function followTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const chosen = document.documentElement.dataset.theme;
    document.documentElement.classList.toggle("dark-mode", chosen ? chosen === "dark" : system.matches);
  };
  system.addEventListener("change", apply);
  apply();
}

followTheme();
const domNode = document.getElementById("reference");
if (domNode) {
  startSwagger({
    url: DESCRIPTION_URL,
    domNode,
    validatorUrl: null,
    docExpansion: "list",
    filter: true,
    deepLinking: true,
    displayRequestDuration: true,
    defaultModelsExpandDepth: -1,
  });
}
