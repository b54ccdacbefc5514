/** Writes a scene as an SVG file. Pure. */
import { LABEL_FONT, LABEL_PX, type Mark, type Scene } from "./scene.ts";

const number = (value: number) => String(Number(value.toFixed(2)));
const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** @param colourOf The colour of a token. @param title What the chart shows. */
export function sceneToSvg(scene: Scene, colourOf: (token: string) => string, title: string): string {
  const { width, height } = scene;
  const surface = escaped(colourOf("surface"));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${number(width)} ${number(height)}" ` +
      `width="${number(width)}" height="${number(height)}" font-family="${LABEL_FONT}" font-size="${LABEL_PX}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" fill="${surface}"/>`,
    ...scene.marks.map((mark) => markToSvg(mark, colourOf)),
    "</svg>\n",
  ].join("\n");
}

function markToSvg(mark: Mark, colourOf: (token: string) => string): string {
  const colour = escaped(colourOf(mark.colour));
  const opacity = mark.opacity === undefined ? "" : ` opacity="${number(mark.opacity)}"`;
  const paint = (isHollow: boolean | undefined, fill: string) =>
    isHollow ? ` fill="${fill}" stroke="${colour}" stroke-width="1.5"` : ` fill="${colour}"`;
  switch (mark.kind) {
    case "dot": {
      const look = paint(mark.isHollow, escaped(colourOf("surface")));
      return `<circle cx="${number(mark.x)}" cy="${number(mark.y)}" r="${number(mark.radius)}"${look}${opacity}/>`;
    }
    case "bar": {
      const place = `x="${number(mark.x)}" y="${number(mark.y)}" width="${number(mark.width)}" height="${number(mark.height)}"`;
      return `<rect ${place}${paint(mark.isHollow, "none")}${opacity}/>`;
    }
    case "line": {
      const points = mark.points.map(number).join(" ");
      return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="${number(mark.width)}"${opacity}/>`;
    }
    case "label": {
      const weight = mark.isStrong ? ' font-weight="600"' : "";
      const place = `x="${number(mark.x)}" y="${number(mark.y)}" text-anchor="${mark.anchor}" dominant-baseline="central"`;
      return `<text ${place} fill="${colour}"${weight}${opacity}>${escaped(mark.text)}</text>`;
    }
  }
}
