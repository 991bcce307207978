/**
 * The canvas of a paper as plain data: questions, areas, boundaries, and what can be done to them. Every verb answers a new
 * canvas and leaves the old one alone, which is what makes undo a list. Bounds are fractions of the page from its top left.
 */
import type { AnswerType, AreaKind, Boundary, Bounds, ExamTemplate, Question, ResponseArea } from "../../elements/shapes.ts";

export interface Canvas {
  questions: readonly Question[];
  areas: readonly ResponseArea[];
  boundaries: readonly Boundary[];
}

export type Selection = { kind: "question" | "area" | "boundary"; id: string } | null;
export type AnyPart = Question | ResponseArea | Boundary;

export const ANSWER_TYPES: AnswerType[] = ["mcq", "short", "lines", "long", "numeric", "table", "drawing", "graph"];
export const AREA_KINDS: AreaKind[] = ["answer", "mcq", "name", "candidate_number", "ignore"];

const SMALLEST = 0.005;
const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
const round = (value: number) => Math.round(value * 100000) / 100000;

export function canvasOf(template: ExamTemplate): Canvas {
  return {
    questions: [...template.questions].sort((a, b) => a.order - b.order),
    areas: template.response_areas,
    boundaries: template.boundaries,
  };
}

/** Bounds moved inside the page, never smaller than can be seen. */
export function insidePage({ x, y, w, h }: Bounds): Bounds {
  const [width, height] = [clamp(w, SMALLEST, 1), clamp(h, SMALLEST, 1)];
  return { x: round(clamp(x, 0, 1 - width)), y: round(clamp(y, 0, 1 - height)), w: round(width), h: round(height) };
}

export function changeQuestion(canvas: Canvas, id: string, change: Partial<Question>): Canvas {
  return { ...canvas, questions: canvas.questions.map((one) => (one.id === id ? { ...one, ...change } : one)) };
}

export function changeArea(canvas: Canvas, id: string, change: Partial<ResponseArea>): Canvas {
  const fitted = change.bounds ? { ...change, bounds: insidePage(change.bounds) } : change;
  return { ...canvas, areas: canvas.areas.map((one) => (one.id === id ? { ...one, ...fitted } : one)) };
}

export function changeBoundary(canvas: Canvas, id: string, change: Partial<Boundary>): Canvas {
  const fitted = change.y === undefined ? change : { ...change, y: round(clamp(change.y, 0, 1)) };
  return { ...canvas, boundaries: canvas.boundaries.map((one) => (one.id === id ? { ...one, ...fitted } : one)) };
}

export function findPart(canvas: Canvas, selection: Selection): AnyPart | undefined {
  const list: readonly AnyPart[] = selection?.kind === "question" ? canvas.questions : selection?.kind === "area" ? canvas.areas : canvas.boundaries;
  return selection ? list.find((one) => one.id === selection.id) : undefined;
}

/** The question a selection belongs to. */
export function questionOf(canvas: Canvas, selection: Selection): Question | undefined {
  if (!selection) return undefined;
  if (selection.kind === "question") return canvas.questions.find((one) => one.id === selection.id);
  const part = findPart(canvas, selection) as ResponseArea | Boundary | undefined;
  return canvas.questions.find((one) => one.id === part?.question_id);
}

export function confirmPart(canvas: Canvas, selection: Selection): Canvas {
  if (!selection) return canvas;
  if (selection.kind === "area") return changeArea(canvas, selection.id, { confirmed: true });
  const id = questionOf(canvas, selection)?.id;
  return id ? confirmQuestion(canvas, id) : canvas;
}

/** A question and its cut line are confirmed together: they say the same thing. */
function confirmQuestion(canvas: Canvas, id: string): Canvas {
  return {
    ...canvas,
    questions: canvas.questions.map((one) => (one.id === id ? { ...one, confirmed: true } : one)),
    boundaries: canvas.boundaries.map((one) => (one.question_id === id ? { ...one, confirmed: true } : one)),
  };
}

export function confirmAbove(canvas: Canvas, confidence: number): Canvas {
  const sure = <T extends { confirmed: boolean; confidence: number | null }>(one: T): T =>
    !one.confirmed && (one.confidence ?? 0) >= confidence ? { ...one, confirmed: true } : one;
  return { questions: canvas.questions.map(sure), areas: canvas.areas.map(sure), boundaries: canvas.boundaries.map(sure) };
}

export function countAbove(canvas: Canvas, confidence: number): number {
  const parts = [...canvas.questions, ...canvas.areas, ...canvas.boundaries];
  return parts.filter((one) => !one.confirmed && (one.confidence ?? 0) >= confidence).length;
}

export function countOpen(canvas: Canvas): number {
  return [...canvas.questions, ...canvas.areas, ...canvas.boundaries].filter((one) => !one.confirmed).length;
}

export function moveArea(canvas: Canvas, id: string, dx: number, dy: number): Canvas {
  const area = canvas.areas.find((one) => one.id === id);
  return area ? changeArea(canvas, id, { bounds: { ...area.bounds, x: area.bounds.x + dx, y: area.bounds.y + dy } }) : canvas;
}

export function resizeArea(canvas: Canvas, id: string, dw: number, dh: number): Canvas {
  const area = canvas.areas.find((one) => one.id === id);
  if (!area) return canvas;
  const { x, y, w, h } = area.bounds;
  return changeArea(canvas, id, { bounds: { x, y, w: Math.min(w + dw, 1 - x), h: Math.min(h + dh, 1 - y) } });
}

export function moveBoundary(canvas: Canvas, id: string, dy: number): Canvas {
  const boundary = canvas.boundaries.find((one) => one.id === id);
  return boundary ? changeBoundary(canvas, id, { y: boundary.y + dy }) : canvas;
}

/** One area becomes two, one above the other. */
export function splitArea(canvas: Canvas, id: string, newId: string): Canvas {
  const area = canvas.areas.find((one) => one.id === id);
  if (!area || area.bounds.h < 2 * SMALLEST) return canvas;
  const half = round(area.bounds.h / 2);
  const upper = { ...area, bounds: { ...area.bounds, h: half } };
  const lower = { ...area, id: newId, source: "manual" as const, bounds: insidePage({ ...area.bounds, y: area.bounds.y + half, h: half }) };
  return { ...canvas, areas: canvas.areas.flatMap((one) => (one.id === id ? [upper, lower] : [one])) };
}

/** An area takes in the next one of its question on the same page; the same canvas where there is none. */
export function mergeArea(canvas: Canvas, id: string): Canvas {
  const area = canvas.areas.find((one) => one.id === id);
  if (!area) return canvas;
  const next = canvas.areas
    .filter((one) => one.id !== id && one.page === area.page && one.question_id === area.question_id && one.kind === area.kind)
    .sort((a, b) => Math.abs(a.bounds.y - area.bounds.y) - Math.abs(b.bounds.y - area.bounds.y))[0];
  if (!next) return canvas;
  const [a, b] = [area.bounds, next.bounds];
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  const bounds = { x, y, w: Math.max(a.x + a.w, b.x + b.w) - x, h: Math.max(a.y + a.h, b.y + b.h) - y };
  return { ...changeArea(canvas, id, { bounds }), areas: changeArea(canvas, id, { bounds }).areas.filter((one) => one.id !== next.id) };
}

export function descendants(canvas: Canvas, id: string): string[] {
  const parts = canvas.questions.filter((one) => one.parent_id === id).map((one) => one.id);
  return parts.flatMap((part) => [part, ...descendants(canvas, part)]);
}

/** A removed question takes its parts, areas and cut lines with it. */
export function removePart(canvas: Canvas, selection: Selection): Canvas {
  if (!selection) return canvas;
  if (selection.kind === "area") return { ...canvas, areas: canvas.areas.filter((one) => one.id !== selection.id) };
  if (selection.kind === "boundary") return { ...canvas, boundaries: canvas.boundaries.filter((one) => one.id !== selection.id) };
  const gone = new Set([selection.id, ...descendants(canvas, selection.id)]);
  return {
    questions: canvas.questions.filter((one) => !gone.has(one.id)),
    areas: canvas.areas.filter((one) => !one.question_id || !gone.has(one.question_id)),
    boundaries: canvas.boundaries.filter((one) => !gone.has(one.question_id)),
  };
}
