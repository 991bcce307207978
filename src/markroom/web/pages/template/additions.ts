/** New questions, areas and cut lines, drawn by a person. */
import type { Bounds, Boundary, Question, ResponseArea } from "../../elements/shapes.ts";
import { insidePage, questionOf, type Canvas, type Selection } from "./canvas.ts";

/** The label after this one in its series: 3 → 4, (a) → (b), (iv) → (v), 01.2 → 01.3. */
export function nextLabel(label: string): string {
  const number = /^(.*?)(\d+)(\D*)$/.exec(label);
  if (number) return `${number[1]}${String(Number(number[2]) + 1).padStart((number[2] ?? "").length, "0")}${number[3]}`;
  const roman = /^(\(?)([ivx]+)(\)?)$/i.exec(label);
  const place = roman ? ROMANS.indexOf((roman[2] ?? "").toLowerCase()) : -1;
  if (roman && place >= 0 && roman[2] !== "x" && ROMANS[place + 1]) return `${roman[1]}${ROMANS[place + 1]}${roman[3]}`;
  const letter = /^(\(?)([a-yA-Y])(\)?)$/.exec(label);
  return letter ? `${letter[1]}${String.fromCharCode((letter[2] ?? "a").charCodeAt(0) + 1)}${letter[3]}` : "";
}

const ROMANS = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
const BELOW = ["1", "(a)", "(i)", "(A)"];

function depthOf(canvas: Canvas, id: string | null): number {
  const question = canvas.questions.find((one) => one.id === id);
  return question ? 1 + depthOf(canvas, question.parent_id) : 0;
}

function newLabel(canvas: Canvas, parentId: string | null): string {
  const siblings = canvas.questions.filter((one) => one.parent_id === parentId);
  const last = siblings[siblings.length - 1];
  return (last && nextLabel(last.label)) || (BELOW[depthOf(canvas, parentId)] ?? "(a)");
}

/** A question after all its siblings, with the next label of their series. */
export function addQuestion(canvas: Canvas, parentId: string | null, id: string): Canvas {
  const order = Math.max(-1, ...canvas.questions.map((one) => one.order)) + 1;
  const question: Question = {
    id, parent_id: parentId, label: newLabel(canvas, parentId), order, max_marks: null, answer_type: null, mcq_options: null,
    mark_scheme: null, spec_ref: null, source: "manual", confirmed: true, confidence: null,
  };
  return { ...canvas, questions: [...canvas.questions, question] };
}

/** Whose answer is drawn: the question chosen, else the last that has begun above that place; null before the first. */
export function questionDrawn(canvas: Canvas, selection: Selection, page: number, y: number): string | null {
  const chosen = selection?.kind === "area" ? undefined : questionOf(canvas, selection);
  const begun = canvas.boundaries.filter((one) => one.page < page || (one.page === page && one.y <= y + 0.01));
  const last = begun.sort((a, b) => a.page - b.page || a.y - b.y).at(-1);
  return chosen?.id ?? last?.question_id ?? null;
}

export function addArea(canvas: Canvas, questionId: string | null, page: number, bounds: Bounds, id: string): Canvas {
  const area: ResponseArea = {
    id, question_id: questionId, page, bounds: insidePage(bounds), kind: questionId ? "answer" : "name", response_form: null,
    source: "manual", confirmed: true, confidence: null,
  };
  return { ...canvas, areas: [...canvas.areas, area] };
}

/** Copies of areas at the same places of other pages, where they are not yet; each a person's, with the question of its original. */
export function copyAreas(canvas: Canvas, ids: readonly string[], pages: readonly number[], newId: () => string): Canvas {
  const originals = canvas.areas.filter((one) => ids.includes(one.id));
  const copies = pages.flatMap((page) => originals.filter((one) => one.page !== page)
    .map((one): ResponseArea => ({ ...one, id: newId(), page, source: "manual", confirmed: true, confidence: null })));
  return copies.length ? { ...canvas, areas: [...canvas.areas, ...copies] } : canvas;
}

/** Pages as people write them: `3`, `2-5`, `1, 4-6`; only those the paper has, each once. */
export function readPages(typed: string, pageCount: number): number[] {
  const pages = new Set<number>();
  for (const part of typed.split(/[\s,;]+/)) {
    const [, from, to] = /^(\d{1,3})(?:[-–](\d{1,3}))?$/.exec(part) ?? [];
    for (let page = Number(from ?? 1); from && page <= Math.min(Number(to ?? from), pageCount); page += 1) if (page >= 1) pages.add(page);
  }
  return [...pages].sort((a, b) => a - b);
}

export function addBoundary(canvas: Canvas, question: Question, page: number, y: number, id: string): Canvas {
  const boundary: Boundary = {
    id, question_id: question.id, label: question.label, page, y, bounds: null, source: "manual", confirmed: true, confidence: null,
  };
  return { ...canvas, boundaries: [...canvas.boundaries, boundary] };
}
