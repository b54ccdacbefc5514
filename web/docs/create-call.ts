import { createSignal } from "solid-js";
import { createStore } from "solid-js/store";
import { readLastProject } from "../features/auth/last-project.ts";
import {
  type CallValues,
  firstParameters,
  JSON_TYPE,
  missingParameters,
  requestOf,
  urlOfCall,
} from "./call.ts";
import type { Operation, Schemas } from "./openapi.ts";
import { refreshed } from "./refreshed.ts";
import { exampleOf } from "./type-text.ts";

export interface CallAnswer {
  /** `200 OK`, or why there is no answer. */
  readonly status: string;
  readonly isGood: boolean;
  readonly elapsedMs: number | null;
  readonly text: string;
}

/** Longer answers are cut: a model's file does not fit a page. */
const LONGEST_SHOWN = 200_000;

/** One operation's form: the input, and the last answer. */
export function createCall(operation: Operation, schemas: Schemas, key: () => string) {
  const { body } = operation;
  const example = body?.type === JSON_TYPE ? JSON.stringify(exampleOf(body.schema, schemas), null, 2) : "";
  const [typed, setTyped] = createStore({
    parameters: firstParameters(operation, readLastProject()),
    body: example,
    form: {} as Record<string, string | File>,
  });
  const [answer, setAnswer] = createSignal<CallAnswer | null>(null);
  const [isSending, setSending] = createSignal(false);
  const [missing, setMissing] = createSignal<readonly string[]>([]);
  const values = (): CallValues => ({ ...typed, key: key() });

  async function send(): Promise<void> {
    setMissing(missingParameters(operation, values()));
    if (missing().length > 0) return;
    setSending(true);
    setAnswer(await answerOf(operation, values()));
    setSending(false);
  }

  return {
    values,
    setParameter: (name: string, value: string) => setTyped("parameters", name, value),
    setBody: (value: string) => setTyped("body", value),
    setField: (name: string, value: string | File) => setTyped("form", { [name]: value }),
    errorsOf: (name: string) => (missing().includes(name) ? ["Enter a value."] : undefined),
    answer,
    isSending,
    send,
  };
}
export type Call = ReturnType<typeof createCall>;

async function answerOf(operation: Operation, values: CallValues): Promise<CallAnswer> {
  const send = () => fetch(urlOfCall(operation, values), requestOf(operation, values));
  try {
    const startedAt = performance.now();
    let response = await send();
    if (response.status === 401 && !values.key.trim() && (await refreshed())) response = await send();
    const text = await response.text();
    return {
      status: `${response.status} ${response.statusText}`.trim(),
      isGood: response.ok,
      elapsedMs: performance.now() - startedAt,
      text: shown(text),
    };
  } catch {
    const text = "The server did not answer. Check the connection, then try again.";
    return { status: "No answer", isGood: false, elapsedMs: null, text };
  }
}

function shown(text: string): string {
  const cut = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}\n…` : text;
  try {
    return JSON.stringify(JSON.parse(cut), null, 2);
  } catch {
    return cut || "(no content)";
  }
}
