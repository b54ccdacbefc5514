import "./styles/index.css";
import { render } from "solid-js/web";
import { App } from "./app.tsx";
import { startLanguage } from "./words/choose-language.ts";

// zod compiles its parsers from text where it may. The page's policy forbids that, and an attempt would be reported. It reads its settings
// from here when a page loads it; `z.config` would load it with the first page.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

const root = document.getElementById("root");
await startLanguage();
if (root) render(() => <App />, root);
