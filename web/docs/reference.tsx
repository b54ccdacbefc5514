import "../styles/index.css";
import { render } from "solid-js/web";
import { ReferencePage } from "./reference-page.tsx";

const root = document.getElementById("root");
if (root) render(() => <ReferencePage />, root);
