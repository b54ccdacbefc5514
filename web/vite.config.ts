import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";
import solid from "vite-plugin-solid";
import { API_PREFIXES, SERVING_PREFIXES, SOCKET_PREFIX } from "#contract/addresses.ts";
import { chunkGroups } from "./chunks.ts";
import { pageFiles } from "./vite-page-files.ts";
import { unusedSchemas } from "./vite-unused-schemas.ts";

const API_ORIGIN = "http://localhost:8787";
const pathOf = (page: string) => new URL(page, import.meta.url).pathname;
const PAGES: [dashboard: string, reference: string] = [pathOf("index.html"), pathOf("docs/index.html")];

// biome-ignore lint/style/noDefaultExport: Vite reads the configuration from the default export.
export default defineConfig({
  root: new URL(".", import.meta.url).pathname,
  plugins: [pageFiles(pathOf("app.tsx")), solid(), tailwindcss(), unusedSchemas()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: ["chrome123", "firefox121", "safari17.5"],
    // The page's policy allows only its own origin: no data: URLs, no inline preload helper.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The dashboard, and the API reference as a separate page.
    rolldownOptions: {
      input: PAGES,
      output: {
        // Names of merged parts would list all pages that share them.
        chunkFileNames: ({ name }) => `assets/${name.split("~")[0]}-[hash].js`,
        codeSplitting: { groups: chunkGroups(...PAGES) },
      },
    },
    chunkSizeWarningLimit: 2000,
  },
  server: {
    proxy: Object.fromEntries(
      [...SERVING_PREFIXES, ...API_PREFIXES].map((prefix) => [
        `/${prefix}`,
        { target: API_ORIGIN, ws: prefix === SOCKET_PREFIX },
      ]),
    ),
  },
});
