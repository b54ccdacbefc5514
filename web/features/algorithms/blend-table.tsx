import { For, type JSX } from "solid-js";
import { formatParam } from "../../components/format.ts";
import { CELL, NUMBER_CELL, Table, WIDE } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { AlgorithmDot } from "./algorithm-dot.tsx";
import { algorithmTitle } from "./algorithm-look.ts";
import { type BlendPart, blendParts, ownSegments } from "./blend-parts.ts";

/** The parts of a blend, the heaviest first. Between cards and wide screens the settings are below the name. */
export function BlendTable(props: { parameters: Readonly<Record<string, unknown>> }): JSX.Element {
  const parts = () => blendParts(props.parameters);
  const segments = () => ["warm", ...ownSegments(parts())] as const;
  const head = () => [
    { label: t("algorithms.part") },
    ...segments().map((segment) => ({ label: t(`algorithms.weights.${segment}`), numeric: true })),
    { label: t("common.settings"), wide: true },
  ];
  return (
    <Table caption={t("common.partsOfBlend")} head={head()}>
      <For each={parts()}>
        {(part) => (
          <tr>
            <td class={CELL}>
              <span class="flex items-center gap-2">
                <AlgorithmDot algorithm={part.algorithm} />
                {algorithmTitle(part.algorithm)}
              </span>
              <p class="mt-1 max-[30rem]:hidden sm:hidden">
                <Settings part={part} />
              </p>
            </td>
            <For each={segments()}>
              {(segment) => <td class={NUMBER_CELL}>{formatParam(part.weights[segment])}</td>}
            </For>
            <td class={`${CELL} ${WIDE}`}>
              <Settings part={part} />
            </td>
          </tr>
        )}
      </For>
    </Table>
  );
}

function Settings(props: { part: BlendPart }): JSX.Element {
  return (
    <span class="num text-xs leading-5">
      <For each={props.part.settings} fallback={<span class="text-faint">{t("common.defaults")}</span>}>
        {([name, value]) => (
          <span class="mr-3 inline-block">
            <span class="text-muted">{name}</span> {formatParam(value)}
          </span>
        )}
      </For>
    </span>
  );
}
