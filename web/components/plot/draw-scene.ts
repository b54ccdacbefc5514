/** Draws a scene on a canvas. */
import { LABEL_FONT, LABEL_PX, type Mark } from "./scene.ts";

/** @param colourOf The colour of a token. @param emphasis Makes strokes and dots stronger, for the row under the pointer. */
export function drawMarks(
  context: CanvasRenderingContext2D,
  marks: readonly Mark[],
  colourOf: (token: string) => string,
  emphasis = false,
): void {
  for (const mark of marks) {
    context.globalAlpha = emphasis ? 1 : (mark.opacity ?? 1);
    context.strokeStyle = colourOf(mark.colour);
    context.fillStyle = colourOf(mark.colour);
    drawMark(context, mark, colourOf, emphasis);
  }
  context.globalAlpha = 1;
}

function drawMark(
  context: CanvasRenderingContext2D,
  mark: Mark,
  colourOf: (token: string) => string,
  emphasis: boolean,
): void {
  switch (mark.kind) {
    case "dot": {
      context.beginPath();
      context.arc(mark.x, mark.y, mark.radius + (emphasis ? 2 : 0), 0, 2 * Math.PI);
      if (mark.isHollow) context.fillStyle = colourOf("surface");
      context.fill();
      context.lineWidth = 1.5;
      if (emphasis) context.strokeStyle = colourOf("ink");
      if (mark.isHollow || emphasis) context.stroke();
      return;
    }
    case "bar":
      context.lineWidth = emphasis ? 2 : 1.25;
      if (!mark.isHollow) context.fillRect(mark.x, mark.y, mark.width, mark.height);
      if (emphasis) context.strokeStyle = colourOf("ink");
      if (mark.isHollow || emphasis) context.strokeRect(mark.x, mark.y, mark.width, mark.height);
      return;
    case "line":
      context.lineWidth = emphasis ? Math.max(2.5, mark.width) : mark.width;
      context.beginPath();
      for (let at = 0; at + 1 < mark.points.length; at += 2) {
        context.lineTo(mark.points[at] ?? 0, mark.points[at + 1] ?? 0);
      }
      context.stroke();
      return;
    case "label":
      context.font = `${mark.isStrong ? 600 : 400} ${LABEL_PX}px ${LABEL_FONT}`;
      context.textAlign = mark.anchor === "middle" ? "center" : mark.anchor;
      context.textBaseline = "middle";
      context.fillText(mark.text, mark.x, mark.y);
  }
}
