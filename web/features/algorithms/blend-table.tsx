import { For, type JSX } from "solid-js";
import { formatParam } from "../../components/format.ts";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { AlgorithmDot } from "./algorithm-dot.tsx";
import { algorithmTitle } from "./algorithm-look.ts";
import { blendParts } from "./blend-parts.ts";

const HEAD = [{ label: "Part" }, { label: "Weight", numeric: true }, { label: "Settings" }];

/** The parts of a blend, the heaviest first. */
export function BlendTable(props: { parameters: Readonly<Record<string, unknown>> }): JSX.Element {
  return (
    <Table caption="Parts of the blend" head={HEAD}>
      <For each={blendParts(props.parameters)}>
        {({ algorithm, weight, settings }) => (
          <tr>
            <td class={CELL}>
              <span class="flex items-center gap-2 whitespace-nowrap">
                <AlgorithmDot algorithm={algorithm} />
                {algorithmTitle(algorithm)}
              </span>
            </td>
            <td class={NUMBER_CELL}>{formatParam(weight)}</td>
            <td class={`${CELL} num text-xs leading-5`}>
              <For each={settings} fallback={<span class="text-faint">defaults</span>}>
                {([name, value]) => (
                  <span class="mr-3 inline-block">
                    <span class="text-muted">{name}</span> {formatParam(value)}
                  </span>
                )}
              </For>
            </td>
          </tr>
        )}
      </For>
    </Table>
  );
}
