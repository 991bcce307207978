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

/** One part; `more` are further areas chosen with an area. */
export type Selection = { kind: "question" | "area" | "boundary"; id: string; more?: readonly string[] } | null;
export type AnyPart = Question | ResponseArea | Boundary;

export const ANSWER_TYPES: AnswerType[] = ["mcq", "short", "lines", "long", "numeric", "table", "drawing", "graph"];
export const AREA_KINDS: AreaKind[] = ["answer", "mcq", "name", "candidate_number", "ignore"];

/** From here on a proposal need not be looked at one by one. */
export const SURE = 0.9;

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

/** Proposed by the machine, and nobody has said anything about it. */
export const isOpen = (part: AnyPart): boolean => !part.confirmed && part.source === "auto";

/** A proposal somebody corrects is theirs, if still to be confirmed: another reading of the paper leaves it alone. */
function corrected<T extends AnyPart>(part: T, change: Partial<T>): T {
  return { ...part, ...change, source: isOpen(part) && !change.confirmed ? "manual" : part.source };
}

export function changeQuestion(canvas: Canvas, id: string, change: Partial<Question>): Canvas {
  return { ...canvas, questions: canvas.questions.map((one) => (one.id === id ? corrected(one, change) : one)) };
}

export function changeArea(canvas: Canvas, id: string, change: Partial<ResponseArea>): Canvas {
  const fitted = change.bounds ? { ...change, bounds: insidePage(change.bounds) } : change;
  return { ...canvas, areas: canvas.areas.map((one) => (one.id === id ? corrected(one, fitted) : one)) };
}

export function changeBoundary(canvas: Canvas, id: string, change: Partial<Boundary>): Canvas {
  const fitted = change.y === undefined ? change : { ...change, y: round(clamp(change.y, 0, 1)) };
  return { ...canvas, boundaries: canvas.boundaries.map((one) => (one.id === id ? corrected(one, fitted) : one)) };
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

/** The areas chosen, the first of them first. */
export function chosenAreas(selection: Selection): readonly string[] {
  return selection?.kind === "area" ? [selection.id, ...(selection.more ?? [])] : [];
}

/** An area joins what is chosen, or leaves it. */
export function toggleArea(selection: Selection, id: string): Selection {
  const chosen = chosenAreas(selection);
  const [first, ...more] = chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id];
  return first ? { kind: "area", id: first, more } : null;
}

export function changeAreas(canvas: Canvas, ids: readonly string[], change: Partial<ResponseArea>): Canvas {
  return ids.reduce((changed, id) => changeArea(changed, id, change), canvas);
}

export function confirmPart(canvas: Canvas, selection: Selection): Canvas {
  if (!selection) return canvas;
  if (selection.kind === "area") return changeAreas(canvas, chosenAreas(selection), { confirmed: true });
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

/** Areas moved together, only as far as all of them stay on their pages. */
export function moveAreas(canvas: Canvas, ids: readonly string[], dx: number, dy: number): Canvas {
  const moved = canvas.areas.filter((one) => ids.includes(one.id)).map((one) => one.bounds);
  const x = clamp(dx, -Math.min(...moved.map((one) => one.x)), 1 - Math.max(...moved.map((one) => one.x + one.w)));
  const y = clamp(dy, -Math.min(...moved.map((one) => one.y)), 1 - Math.max(...moved.map((one) => one.y + one.h)));
  return reshapeAreas(canvas, ids, (bounds) => ({ ...bounds, x: bounds.x + x, y: bounds.y + y }));
}

export function resizeAreas(canvas: Canvas, ids: readonly string[], dw: number, dh: number): Canvas {
  return reshapeAreas(canvas, ids, ({ x, y, w, h }) => ({ x, y, w: Math.min(w + dw, 1 - x), h: Math.min(h + dh, 1 - y) }));
}

function reshapeAreas(canvas: Canvas, ids: readonly string[], reshape: (bounds: Bounds) => Bounds): Canvas {
  return { ...canvas, areas: canvas.areas.map((one) => (ids.includes(one.id) ? corrected(one, { bounds: insidePage(reshape(one.bounds)) }) : one)) };
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
  const upper = corrected(area, { bounds: { ...area.bounds, h: half } });
  const lower = { ...area, id: newId, source: "manual" as const, bounds: insidePage({ ...area.bounds, y: area.bounds.y + half, h: half }) };
  return { ...canvas, areas: canvas.areas.flatMap((one) => (one.id === id ? [upper, lower] : [one])) };
}

/** The first of the chosen areas takes in the others of its question on its page; chosen alone, the next one. The same canvas where none fits. */
export function mergeAreas(canvas: Canvas, ids: readonly string[]): Canvas {
  const area = canvas.areas.find((one) => one.id === ids[0]);
  if (!area) return canvas;
  const fitting = canvas.areas.filter((one) => one.id !== area.id && one.page === area.page && one.question_id === area.question_id && one.kind === area.kind && (ids.length === 1 || ids.includes(one.id)));
  const near = [...fitting].sort((a, b) => Math.abs(a.bounds.y - area.bounds.y) - Math.abs(b.bounds.y - area.bounds.y));
  const taken = ids.length > 1 ? near : near.slice(0, 1);
  if (taken.length === 0) return canvas;
  const merged = changeArea(canvas, area.id, { bounds: around([area, ...taken].map((one) => one.bounds)) });
  return { ...merged, areas: merged.areas.filter((one) => !taken.some((other) => other.id === one.id)) };
}

function around(all: readonly Bounds[]): Bounds {
  const [x, y] = [Math.min(...all.map((one) => one.x)), Math.min(...all.map((one) => one.y))];
  return { x, y, w: Math.max(...all.map((one) => one.x + one.w)) - x, h: Math.max(...all.map((one) => one.y + one.h)) - y };
}

export function descendants(canvas: Canvas, id: string): string[] {
  const parts = canvas.questions.filter((one) => one.parent_id === id).map((one) => one.id);
  return parts.flatMap((part) => [part, ...descendants(canvas, part)]);
}

/** A removed question takes its parts, areas and cut lines with it. */
export function removePart(canvas: Canvas, selection: Selection): Canvas {
  if (!selection) return canvas;
  if (selection.kind === "area") return { ...canvas, areas: canvas.areas.filter((one) => !chosenAreas(selection).includes(one.id)) };
  if (selection.kind === "boundary") return { ...canvas, boundaries: canvas.boundaries.filter((one) => one.id !== selection.id) };
  const gone = new Set([selection.id, ...descendants(canvas, selection.id)]);
  return {
    questions: canvas.questions.filter((one) => !gone.has(one.id)),
    areas: canvas.areas.filter((one) => !one.question_id || !gone.has(one.question_id)),
    boundaries: canvas.boundaries.filter((one) => !gone.has(one.question_id)),
  };
}
