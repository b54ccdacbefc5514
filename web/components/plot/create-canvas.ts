import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, onMount } from "solid-js";
import { createColourScheme, resolveColour } from "../colour.ts";
import { drawMarks } from "./draw-scene.ts";
import { keyAt, type Mark, marksOf, type Scene } from "./scene.ts";

const REACH_PX = 10;
const MIN_WIDTH_PX = 200;

/** A function of colour tokens that asks the page once for each. */
function colours(): (token: string) => string {
  const known = new Map<string, string>();
  return (token) => {
    const found = known.get(token) ?? resolveColour(token);
    known.set(token, found);
    return found;
  };
}

/** Fits a canvas to a scene, in device pixels, and draws shapes on it. */
function paint(
  canvas: HTMLCanvasElement,
  { width, height }: Scene,
  groups: readonly { readonly marks: readonly Mark[]; readonly isStrong: boolean }[],
  colourOf: (token: string) => string,
): void {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  if (!context) return;
  context.scale(ratio, ratio);
  for (const { marks, isStrong } of groups) drawMarks(context, marks, colourOf, isStrong);
}

/** Works after the next frame, so that what was clicked answers first. Returns what gives the work up. */
function afterFrame(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(work);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/**
 * Two canvases on top of each other: the scene, and the rows that are pointed at or picked, so that pointing at one of 10,000 rows
 * draws one row. The scene is made for the width of the frame, and drawn again when the colours change.
 */
export function createCanvas(options: {
  readonly scene: (width: number) => Scene;
  readonly strong: Accessor<readonly number[]>;
  readonly onHover: (key: number | null) => void;
  readonly onPick: (key: number | null) => void;
}) {
  const [frame, setFrame] = createSignal<HTMLElement>();
  const [base, setBase] = createSignal<HTMLCanvasElement>();
  const [top, setTop] = createSignal<HTMLCanvasElement>();
  const [width, setWidth] = createSignal(0);
  const scheme = createColourScheme();
  const scene = createMemo(() => (width() > 0 ? options.scene(width()) : null));
  const colourOf = createMemo(on(scheme, colours));

  onMount(() => {
    const element = frame();
    if (!element) return;
    const measure = () => setWidth(Math.max(MIN_WIDTH_PX, Math.round(element.clientWidth)));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    onCleanup(() => observer.disconnect());
  });
  createEffect(() => {
    const [canvas, drawn] = [base(), scene()];
    if (!canvas || !drawn) return;
    const colour = colourOf();
    onCleanup(afterFrame(() => paint(canvas, drawn, [{ marks: drawn.marks, isStrong: false }], colour)));
  });
  createEffect(() => {
    const [canvas, drawn] = [top(), scene()];
    if (!canvas || !drawn) return;
    const marks = options.strong().flatMap((key) => marksOf(drawn, key));
    paint(canvas, drawn, [{ marks, isStrong: true }], colourOf());
  });

  const under = (event: PointerEvent | MouseEvent) => {
    const drawn = scene();
    return drawn ? keyAt(drawn, event.offsetX, event.offsetY, REACH_PX) : null;
  };
  return {
    ...{ setFrame, setBase, setTop, scene },
    onPointerMove: (event: PointerEvent) => options.onHover(under(event)),
    onPointerLeave: () => options.onHover(null),
    onClick: (event: MouseEvent) => options.onPick(under(event)),
    colourOf: () => colourOf(),
    /** The scene as a picture at twice its size. */
    picture: (): Promise<Blob> => pictureOf(scene(), colourOf()),
  };
}

function pictureOf(scene: Scene | null, colourOf: (token: string) => string): Promise<Blob> {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (!scene || !context) return Promise.reject(new Error("There is no chart yet."));
  canvas.width = scene.width * 2;
  canvas.height = scene.height * 2;
  context.scale(2, 2);
  context.fillStyle = colourOf("surface");
  context.fillRect(0, 0, scene.width, scene.height);
  drawMarks(context, scene.marks, colourOf);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture was not made.")))),
  );
}
