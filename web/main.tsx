import "./styles/index.css";
import { render } from "solid-js/web";
import * as z from "zod";
import { App } from "./app.tsx";
import { startLanguage } from "./words/choose-language.ts";

// zod compiles its parsers from text where it may. The page's policy forbids that, and an attempt would be reported.
z.config({ jitless: true });

const root = document.getElementById("root");
await startLanguage();
if (root) render(() => <App />, root);
