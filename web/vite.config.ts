import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";
import solid from "vite-plugin-solid";
import { API_PREFIXES, SERVING_PREFIXES, SOCKET_PREFIX } from "#contract/addresses.ts";

const API_ORIGIN = "http://localhost:8787";

// biome-ignore lint/style/noDefaultExport: Vite reads the configuration from the default export.
export default defineConfig({
  root: new URL(".", import.meta.url).pathname,
  plugins: [solid(), tailwindcss()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: ["chrome123", "firefox121", "safari17.5"],
    // The page's policy allows only its own origin: no data: URLs, no inline preload helper.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The dashboard, and the API reference as a separate page.
    rollupOptions: {
      input: ["index.html", "docs/index.html"].map((page) => new URL(page, import.meta.url).pathname),
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
