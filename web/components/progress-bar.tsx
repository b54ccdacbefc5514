import type { JSX } from "solid-js";

export function ProgressBar(props: { ratio: number; label: string }): JSX.Element {
  const percent = () => Math.round(Math.min(1, Math.max(0, props.ratio)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent()}
      class="h-1.5 overflow-hidden rounded-full bg-hover"
    >
      <div
        class="h-full rounded-full bg-accent transition-[width] duration-300"
        style={{ width: `${percent()}%` }}
      />
    </div>
  );
}
