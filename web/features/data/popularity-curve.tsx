import { createMemo, createSignal, type JSX } from "solid-js";
import { formatPercent } from "../../components/format.ts";
import { t } from "../../words/words.ts";
import { ownerText, shareAt, toldRatio } from "./curve-share.ts";

/** The share shown first: the top tenth. */
const TELLING_RATIO = 0.1;

/** Share of interactions over share of items, most popular first; the dashed line is what equal popularity would be. */
export function PopularityCurve(props: { curve: readonly number[]; items: number }): JSX.Element {
  const [hovered, setHovered] = createSignal<number | null>(null);
  const ratio = () => toldRatio(hovered() ?? TELLING_RATIO, props.items);
  const share = () => shareAt(props.curve, ratio());
  const line = createMemo(() => {
    const count = props.curve.length;
    const points = props.curve.map((value, index) => `${((index + 1) / count) * 100} ${100 - value * 100}`);
    return `M0 100 L${points.join(" L")}`;
  });

  function follow(event: PointerEvent & { currentTarget: HTMLElement }): void {
    const box = event.currentTarget.getBoundingClientRect();
    setHovered(Math.min(1, Math.max(0.01, (event.clientX - box.left) / box.width)));
  }

  return (
    <figure>
      <div class="grid grid-cols-[2.5rem_1fr] grid-rows-[1fr_1.5rem]">
        <div class="num relative text-2xs text-faint">
          <span class="absolute top-0 right-2 -translate-y-1/2">100%</span>
          <span class="absolute top-1/2 right-2 -translate-y-1/2">50%</span>
          <span class="absolute right-2 bottom-0 translate-y-1/2">0%</span>
        </div>
        <div class="relative h-52" onPointerMove={follow} onPointerLeave={() => setHovered(null)}>
          <svg
            class="absolute inset-0 size-full overflow-visible"
            viewBox="0 0 100 100"
            preserveAspectRatio="none"
            fill="none"
            aria-hidden="true"
          >
            <path d="M0 0H100M0 50H100M0 100H100" class="stroke-line" vector-effect="non-scaling-stroke" />
            <path d={`${line()} L100 100 Z`} class="fill-series-1/12" />
            <path
              d="M0 100 L100 0"
              class="stroke-edge"
              stroke-dasharray="4 4"
              vector-effect="non-scaling-stroke"
            />
            <path d={line()} class="stroke-series-1" stroke-width="2" vector-effect="non-scaling-stroke" />
            <path
              d={`M${ratio() * 100} 100 V${100 - share() * 100}`}
              class="stroke-ink"
              vector-effect="non-scaling-stroke"
            />
          </svg>
          <span
            class="absolute size-2.5 -translate-x-1/2 translate-y-1/2 rounded-full border-2 border-surface bg-ink"
            style={{ left: `${ratio() * 100}%`, bottom: `${share() * 100}%` }}
          />
        </div>
        <div class="num relative col-start-2 text-2xs text-faint">
          <span class="absolute bottom-0 left-0">0%</span>
          <span class="absolute bottom-0 left-1/2 -translate-x-1/2">{t("data.curve.axis")}</span>
          <span class="absolute right-0 bottom-0">100%</span>
        </div>
      </div>
      <figcaption class="num mt-3 text-sm">
        {ownerText(ratio(), props.items)} <strong>{formatPercent(share())}</strong> {t("data.curve.share")}
      </figcaption>
    </figure>
  );
}
