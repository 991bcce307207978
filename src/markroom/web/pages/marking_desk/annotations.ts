/** Ink, ticks, crosses and words on an answer, as plain data in fractions of the crop, and as SVG in its pixels. */
import { getStroke } from "perfect-freehand";
import type { Annotation, InkStroke } from "../../elements/shapes.ts";

export type Tool = "none" | "ink" | "tick" | "cross" | "text" | "erase";
export interface Size { w: number; h: number }
export type InkPoint = [number, number, number];

const round = (value: number) => Math.round(value * 10000) / 10000;

export function fractionOf(x_px: number, y_px: number, size: Size): { x: number; y: number } {
  const inside = (value: number) => round(Math.min(1, Math.max(0, value)));
  return { x: inside(x_px / size.w), y: inside(y_px / size.h) };
}

/** A stroke's outline as an SVG path in the pixels of a crop of this size. */
export function inkPath(stroke: InkStroke, size: Size): string {
  const points = stroke.points.map(([x, y, pressure]) => [x * size.w, y * size.h, pressure]);
  const width = Math.max(3, size.w / 320);
  const outline = getStroke(points, { size: width, thinning: 0.5, smoothing: 0.5, streamline: 0.4, simulatePressure: false });
  if (outline.length === 0) return "";
  const corners = outline.map(([x = 0, y = 0]) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  return `M${corners.join("L")}Z`;
}

/** A tick or cross about as high as a line of writing, its foot at the point. */
export function stampPath(kind: "tick" | "cross", x: number, y: number, size: Size): string {
  const [left, top, unit] = [x * size.w, y * size.h, Math.max(10, size.w / 60)];
  const at = (dx: number, dy: number) => `${(left + dx * unit).toFixed(1)} ${(top + dy * unit).toFixed(1)}`;
  return kind === "tick"
    ? `M${at(-0.7, -0.4)}L${at(-0.1, 0.3)}L${at(1.1, -1.2)}`
    : `M${at(-0.6, -0.6)}L${at(0.6, 0.6)}M${at(0.6, -0.6)}L${at(-0.6, 0.6)}`;
}

export function withoutAnnotation(annotations: readonly Annotation[], index: number): Annotation[] {
  return annotations.filter((_, at) => at !== index);
}

export function placeMark(tool: Tool, area: number, x: number, y: number, text: string): Annotation | null {
  if (tool === "tick" || tool === "cross") return { kind: tool, area, x, y };
  return tool === "text" && text.trim() ? { kind: "text", area, x, y, text: text.trim() } : null;
}
