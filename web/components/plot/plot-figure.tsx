import { createSignal, For, type JSX, Show } from "solid-js";
import { t } from "../../words/words.ts";
import { DENSE_CELL, DENSE_NUMBER_CELL } from "../table.tsx";
import { createCanvas } from "./create-canvas.ts";
import { type Cell, type DataTable, toCsv } from "./csv.ts";
import { saveFile } from "./save-file.ts";
import type { Scene } from "./scene.ts";
import { sceneToSvg } from "./scene-svg.ts";

const TABLE_ROWS = 200;
const TEXT_BUTTON = "rounded-sm px-1 text-xs text-muted hover:text-ink";

/**
 * A chart with a tooltip, its figures as a table, and downloads. Its rows are known by keys, such as the numbers of trials; those
 * that are hovered or picked stand out.
 */
export function PlotFigure(props: {
  /** What the chart shows, for those who do not see it and for the files. */
  title: string;
  /** The beginning of the names of downloaded files. */
  fileName: string;
  /** In pixels, until the width is known. */
  height: number;
  scene: (width: number) => Scene;
  /** The figures of the chart. */
  table: () => DataTable;
  hovered?: number | null;
  picked?: number | null;
  onHover?: (key: number | null) => void;
  onPick?: (key: number | null) => void;
  /** What is known of the hovered row. */
  tooltip?: (key: number) => JSX.Element;
}): JSX.Element {
  const [pointer, setPointer] = createSignal({ x: 0, y: 0, width: 1 });
  const [isTable, setTable] = createSignal(false);
  const canvas = createCanvas({
    scene: (width) => props.scene(width),
    strong: () => [props.picked, props.hovered].filter((key) => key !== null && key !== undefined),
    onHover: (key) => props.onHover?.(key),
    onPick: (key) => props.onPick?.(key),
  });
  return (
    <figure class="min-w-0">
      <div
        ref={canvas.setFrame}
        class="relative w-full"
        style={{ height: `${canvas.scene()?.height ?? props.height}px` }}
        role="img"
        aria-label={props.title}
      >
        <canvas
          ref={canvas.setBase}
          class="absolute top-0 left-0"
          style={{ width: `${canvas.scene()?.width ?? 0}px`, height: `${canvas.scene()?.height ?? 0}px` }}
        />
        <canvas
          ref={canvas.setTop}
          class={`absolute top-0 left-0 ${props.hovered == null ? "" : "cursor-pointer"}`}
          style={{ width: `${canvas.scene()?.width ?? 0}px`, height: `${canvas.scene()?.height ?? 0}px` }}
          onPointerMove={(event) => {
            setPointer({ x: event.offsetX, y: event.offsetY, width: event.currentTarget.clientWidth });
            canvas.onPointerMove(event);
          }}
          onPointerLeave={canvas.onPointerLeave}
          onClick={canvas.onClick}
        />
        <Show when={props.hovered != null && props.tooltip?.(props.hovered)}>
          {(content) => <Tooltip at={pointer()}>{content()}</Tooltip>}
        </Show>
      </div>
      <figcaption class="mt-1 flex flex-wrap justify-end gap-x-1">
        <button
          type="button"
          class={TEXT_BUTTON}
          aria-expanded={isTable()}
          onClick={() => setTable(!isTable())}
        >
          {isTable() ? t("study.plot.hideTable") : t("study.plot.showTable")}
        </button>
        <button
          type="button"
          class={TEXT_BUTTON}
          aria-label={t("study.plot.save", "CSV", props.title)}
          onClick={() =>
            saveFile(`${props.fileName}.csv`, new Blob([toCsv(props.table())], { type: "text/csv" }))
          }
        >
          CSV
        </button>
        <button
          type="button"
          class={TEXT_BUTTON}
          aria-label={t("study.plot.save", "PNG", props.title)}
          onClick={async () => saveFile(`${props.fileName}.png`, await canvas.picture())}
        >
          PNG
        </button>
        <button
          type="button"
          class={TEXT_BUTTON}
          aria-label={t("study.plot.save", "SVG", props.title)}
          onClick={() => {
            const scene = canvas.scene();
            if (!scene) return;
            const svg = sceneToSvg(scene, canvas.colourOf(), props.title);
            saveFile(`${props.fileName}.svg`, new Blob([svg], { type: "image/svg+xml" }));
          }}
        >
          SVG
        </button>
      </figcaption>
      <Show when={isTable()}>
        <Figures title={props.title} table={props.table()} />
      </Show>
    </figure>
  );
}

/** Beside the pointer, on the side with more room. */
function Tooltip(props: { at: { x: number; y: number; width: number }; children: JSX.Element }): JSX.Element {
  const isLeft = () => props.at.x > props.at.width / 2;
  return (
    <div
      class="pointer-events-none absolute z-20 max-w-72 rounded-md border border-line bg-surface px-2.5 py-2 text-xs shadow-overlay"
      style={{
        top: `${Math.max(0, props.at.y - 12)}px`,
        left: isLeft() ? "auto" : `${props.at.x + 14}px`,
        right: isLeft() ? `calc(100% - ${props.at.x - 14}px)` : "auto",
      }}
    >
      {props.children}
    </div>
  );
}

function Figures(props: { title: string; table: DataTable }): JSX.Element {
  const rows = () => props.table.rows.slice(0, TABLE_ROWS);
  const cellText = (cell: Cell) => (cell === null ? "–" : String(cell));
  return (
    <section
      class="scroll-hint mt-2 max-h-72 overflow-auto rounded-md border border-line"
      aria-label={props.title}
      tabindex={0}
    >
      <table class="w-full text-xs">
        <caption class="sr-only">{props.title}</caption>
        <thead class="sticky top-0 bg-surface">
          <tr class="text-left">
            <For each={props.table.head}>
              {(name) => (
                <th scope="col" class="px-4 py-1.5 font-medium whitespace-nowrap text-muted">
                  {name}
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody class="divide-y divide-line">
          <For each={rows()}>
            {(row) => (
              <tr>
                <For each={row}>
                  {(cell) => (
                    <td class={typeof cell === "number" ? DENSE_NUMBER_CELL : DENSE_CELL}>
                      {cellText(cell)}
                    </td>
                  )}
                </For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
      <Show when={props.table.rows.length > TABLE_ROWS}>
        <p class="num px-4 py-2 text-xs text-muted">
          {t("study.plot.moreRows", TABLE_ROWS, props.table.rows.length)}
        </p>
      </Show>
    </section>
  );
}
