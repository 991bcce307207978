/** The question tree: full labels, totals, what disagrees, and the order in which proposals are walked. */
import type { Question } from "../../elements/shapes.ts";
import type { Canvas, Selection } from "./canvas.ts";

export interface Branch { question: Question; depth: number; path: string; parts: Branch[] }

/** As the server writes full labels: `1(a)(ii)`, `01.2`. */
export function pathOf(above: string, label: string): string {
  const part = label.trim().replace(/^q(?:uestion)?\.?\s*(?=\d)/i, "").replace(/\.+$/, "").trim();
  if (!above) return part.replace(/^\(?([^()]+)\)?$/, "$1") || label;
  if (part.startsWith(above) && /^[^0-9A-Za-z]/.test(part.slice(above.length))) return part;
  if (/^(\([^()]+\))+$/.test(part)) return above + part;
  const bare = part.replace(/^[(). ]+|[(). ]+$/g, "") || part;
  return /^\d+$/.test(bare) && !/[()]/.test(part) ? `${above}.${bare}` : `${above}(${bare})`;
}

export function treeOf(questions: readonly Question[]): Branch[] {
  const grow = (parentId: string | null, depth: number, above: string): Branch[] =>
    questions.filter((one) => one.parent_id === parentId).sort((a, b) => a.order - b.order).map((question) => {
      const path = pathOf(above, question.label);
      return { question, depth, path, parts: grow(question.id, depth + 1, path) };
    });
  return grow(null, 0, "");
}

export function flatten(branches: readonly Branch[]): Branch[] {
  return branches.flatMap((branch) => [branch, ...flatten(branch.parts)]);
}

function sum(branches: readonly Branch[]): number {
  return branches.reduce((total, branch) => total + marksOf(branch), 0);
}

/** What an item counts: its own marks where no part has any, else its parts'. */
function marksOf(branch: Branch): number {
  return hasMarks(branch.parts) ? sum(branch.parts) : (branch.question.max_marks ?? 0);
}

function hasMarks(branches: readonly Branch[]): boolean {
  return branches.some((branch) => branch.question.max_marks !== null || hasMarks(branch.parts));
}

export function totalMarks(questions: readonly Question[]): number {
  return sum(treeOf(questions));
}

/** A container whose printed total differs from its parts' sum says so. */
export function disagreement(branch: Branch): string {
  const { max_marks } = branch.question;
  if (max_marks === null || !hasMarks(branch.parts)) return "";
  const parts = sum(branch.parts);
  return parts === max_marks ? "" : `Its parts add up to ${parts}, not ${max_marks}.`;
}

interface Stop { selection: NonNullable<Selection>; page: number; y: number; x: number }

/** Every part that can be walked to, in reading order: a question at its cut line, then its areas. */
export function readingOrder(canvas: Canvas): Stop[] {
  const cut = new Set(canvas.boundaries.map((one) => one.question_id));
  const stops: Stop[] = [
    ...canvas.boundaries.map((one): Stop => ({ selection: { kind: "boundary", id: one.id }, page: one.page, y: one.y, x: -1 })),
    ...canvas.areas.map((one): Stop => ({ selection: { kind: "area", id: one.id }, page: one.page, y: one.bounds.y, x: one.bounds.x })),
  ];
  const loose = canvas.questions.filter((one) => !cut.has(one.id))
    .map((one): Stop => ({ selection: { kind: "question", id: one.id }, page: 9999, y: one.order, x: 0 }));
  return [...stops, ...loose].sort((a, b) => a.page - b.page || a.y - b.y || a.x - b.x);
}

function isOpen(canvas: Canvas, selection: NonNullable<Selection>): boolean {
  if (selection.kind === "area") return canvas.areas.some((one) => one.id === selection.id && !one.confirmed);
  if (selection.kind === "question") return canvas.questions.some((one) => one.id === selection.id && !one.confirmed);
  const boundary = canvas.boundaries.find((one) => one.id === selection.id);
  return boundary !== undefined && (!boundary.confirmed || canvas.questions.some((one) => one.id === boundary.question_id && !one.confirmed));
}

/** The next open proposal after (or before) the selection; null past the last. */
export function nextProposal(canvas: Canvas, from: Selection, step: 1 | -1): Selection {
  const order = readingOrder(canvas);
  const at = from ? order.findIndex((stop) => stop.selection.kind === from.kind && stop.selection.id === from.id) : step === 1 ? -1 : order.length;
  for (let index = at + step; index >= 0 && index < order.length; index += step) {
    const stop = order[index];
    if (stop && isOpen(canvas, stop.selection)) return stop.selection;
  }
  return null;
}
