import type { JSX } from "solid-js";

/** Outlines on a 16 × 16 grid, stroked with the text's colour. */
const PATHS = {
  alert: "M8 2.2 14.4 13.4H1.6zM8 6.4v3.2M8 11.5v.1",
  arrow: "M3 8h10M9 4l4 4-4 4",
  box: "M8 1.8 13.6 5v6L8 14.2 2.4 11V5zM2.6 5.1 8 8.2l5.4-3.1M8 8.2v5.8",
  check: "M3 8.5 6.3 12 13 4.5",
  chevron: "M4 6l4 4 4-4",
  clock: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM8 4.5V8l2.5 1.8",
  code: "M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5",
  columns: "M2.5 2.5h4.5v11H2.5zM9 2.5h4.5v11H9z",
  cog: "M8 5.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4zM8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6 5 5M11 11l1.4 1.4M3.6 12.4 5 11M11 5l1.4-1.4",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  data: "M2.5 4c0-1.1 2.5-2 5.5-2s5.5.9 5.5 2-2.5 2-5.5 2-5.5-.9-5.5-2zM2.5 4v8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2V4M2.5 8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2",
  dice: "M2.5 2.5h11v11h-11zM5.5 5.5v.1M10.5 10.5v.1M8 8v.1M10.5 5.5v.1M5.5 10.5v.1",
  file: "M3.5 1.8h5.5l3.5 3.5v8.9h-9zM9 1.8v3.5h3.5",
  download: "M8 2.5v8M4.8 7.5 8 10.7l3.2-3.2M2.5 10.5v3h11v-3",
  home: "M2.5 7 8 2.3 13.5 7v6.7h-4v-4h-3v4h-4z",
  list: "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4v.1M2.5 8v.1M2.5 12v.1",
  key: "M9.8 9.2a3.7 3.7 0 1 0-3-3L2 11v3h3v-2h2v-2z",
  menu: "M2.5 4.2h11M2.5 8h11M2.5 11.8h11",
  monitor: "M1.8 3h12.4v8H1.8zM6 14h4M8 11v3",
  moon: "M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  funnel: "M2.5 3h11L9.6 8v4.8l-3.2-1.6V8z",
  pulse: "M1.8 8h3l2-4.6 2.5 9.2 2-4.6h2.9",
  play: "M5 3.2v9.6L12.5 8z",
  plus: "M8 3v10M3 8h10",
  refresh: "M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 2v2.8h-2.8",
  search: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.3 10.3 14 14",
  signout: "M6 2.5H2.5v11H6M10 5l3 3-3 3M13 8H6",
  sliders: "M2 4.5h7M12 4.5h2M2 11.5h2M7 11.5h7M10.5 3v3M5.5 10v3",
  sun: "M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7",
  trash: "M2.5 4h11M6 4V2.3h4V4M4 4l.6 9.7h6.8L12 4M6.7 6.7v4.3M9.3 6.7v4.3",
  upload: "M8 10.5V2.5M4.8 5.5 8 2.3l3.2 3.2M2.5 10.5v3h11v-3",
  users:
    "M6 2.8a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8zM1.6 13.2c.4-2.3 2.2-3.5 4.4-3.5s4 1.2 4.4 3.5M10.6 3.1a2.4 2.4 0 0 1 0 4.4M12 9.9c1.4.5 2.2 1.6 2.4 3.3",
  user: "M8 2.3a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6zM2.8 13.7c.5-2.6 2.6-4 5.2-4s4.7 1.4 5.2 4",
  x: "M4 4l8 8M12 4l-8 8",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon(props: { name: IconName; class?: string }): JSX.Element {
  return (
    <svg
      class={`size-4 shrink-0 ${props.class ?? ""}`}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.4"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[props.name]} />
    </svg>
  );
}

/** A ranked list, seen from the side. */
export function Logo(props: { class?: string }): JSX.Element {
  return (
    <svg class={props.class ?? "size-6"} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" class="fill-accent" />
      <path
        d="M9 8v16M9 9.5h14M9 16h10M9 22.5h6"
        fill="none"
        class="stroke-on-accent"
        stroke-width="3.2"
        stroke-linecap="round"
      />
    </svg>
  );
}
