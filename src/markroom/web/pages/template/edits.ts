/** What a key or a button does to the canvas and to what is chosen; undo takes back each as one step. */
import { copyAreas } from "./additions.ts";
import { changeArea, changeBoundary, chosenAreas, confirmAbove, confirmPart, findPart, mergeAreas, moveAreas, moveBoundary, removePart, resizeAreas, splitArea, SURE, type Canvas, type Selection } from "./canvas.ts";
import type { CanvasCommand } from "./keys.ts";
import type { PaperView, Reshape } from "./paper_view.ts";
import { nextProposal, readingOrder } from "./tree.ts";

/** `selection` is undefined where it stays; `run` names a gesture whose steps count as one; `said` is what a person should know of it. */
export interface Edit { canvas: Canvas; selection?: Selection; run?: string; said?: string }

/** What a command needs besides the canvas: the page in view, and the areas that were copied. */
export interface Around { page: number; copied: readonly string[] }

const APART = "Areas of different questions or pages stay apart.";

export function edit(canvas: Canvas, selection: Selection, command: CanvasCommand, around: Around): Edit | null {
  const ids = chosenAreas(selection);
  switch (command.do) {
    case "nudge": return nudge(canvas, selection, command.dx, command.dy);
    case "resize": return ids.length ? { canvas: resizeAreas(canvas, ids, command.dx, command.dy), run: `resize ${ids.join()}` } : null;
    case "confirm": return confirm(canvas, selection);
    case "confirm_sure": return confirmSure(canvas);
    case "remove": return remove(canvas, selection);
    case "split": return ids.length ? { canvas: ids.reduce((split, id) => splitArea(split, id, crypto.randomUUID()), canvas) } : null;
    case "merge": return merge(canvas, ids);
    case "paste": return paste(canvas, around.copied, [around.page]);
    case "choose_page": return choose(canvas, canvas.areas.filter((one) => one.page === around.page).map((one) => one.id));
    case "choose_next": return chooseNext(canvas, selection);
    default: return null;
  }
}

function nudge(canvas: Canvas, selection: Selection, dx: number, dy: number): Edit | null {
  const ids = chosenAreas(selection);
  if (ids.length) return { canvas: moveAreas(canvas, ids, dx, dy), run: `nudge ${ids.join()}` };
  return selection?.kind === "boundary" ? { canvas: moveBoundary(canvas, selection.id, dy), run: `nudge ${selection.id}` } : null;
}

function confirm(canvas: Canvas, selection: Selection): Edit {
  const confirmed = confirmPart(canvas, selection);
  return { canvas: confirmed, selection: nextProposal(confirmed, selection, 1) ?? nextProposal(confirmed, null, 1) };
}

/** What is left to look at is gone to at once. */
function confirmSure(canvas: Canvas): Edit {
  const confirmed = confirmAbove(canvas, SURE);
  return { canvas: confirmed, selection: nextProposal(confirmed, null, 1) };
}

function merge(canvas: Canvas, ids: readonly string[]): Edit | null {
  const [first] = ids;
  if (!first) return null;
  const merged = mergeAreas(canvas, ids);
  const left = merged.areas.filter((one) => one.id !== first && ids.includes(one.id)).map((one) => one.id);
  if (merged === canvas) return { canvas, said: left.length ? APART : "There is no other area of this question on the page to merge it with." };
  return { canvas: merged, selection: { kind: "area", id: first, more: left }, ...(left.length ? { said: APART } : {}) };
}

function remove(canvas: Canvas, selection: Selection): Edit | null {
  if (!selection) return null;
  const next = nextProposal(canvas, selection, 1);
  const left = removePart(canvas, selection);
  return { canvas: left, selection: next && findPart(left, next) ? next : null };
}

/** Copies on other pages, which are then what is chosen. */
export function paste(canvas: Canvas, ids: readonly string[], pages: readonly number[]): Edit | null {
  const fresh: string[] = [];
  const pasted = copyAreas(canvas, ids, pages, () => { fresh.push(crypto.randomUUID()); return fresh[fresh.length - 1] ?? ""; });
  return fresh.length ? { ...choose(pasted, fresh), canvas: pasted } : null;
}

function choose(canvas: Canvas, ids: readonly string[]): Edit {
  const [first, ...more] = ids;
  return { canvas, selection: first ? { kind: "area", id: first, more } : null };
}

/** The area after the last one chosen joins them. */
function chooseNext(canvas: Canvas, selection: Selection): Edit | null {
  const order = readingOrder(canvas).map((stop) => stop.selection).filter((one) => one.kind === "area").map((one) => one.id);
  const ids = chosenAreas(selection);
  const last = Math.max(...ids.map((id) => order.indexOf(id)));
  const next = order[ids.length ? last + 1 : 0];
  return next ? choose(canvas, [...ids, next]) : null;
}

/** What is chosen comes to lie on what is printed, where the page is there to be looked at. */
export function snap(canvas: Canvas, selection: Selection, view: Pick<PaperView, "snapped" | "snappedCut">): Canvas {
  const boundary = selection?.kind === "boundary" ? canvas.boundaries.find((one) => one.id === selection.id) : undefined;
  if (boundary) return changeBoundary(canvas, boundary.id, { y: view.snappedCut(boundary.page, boundary.y) });
  const areas = canvas.areas.filter((one) => chosenAreas(selection).includes(one.id));
  return areas.reduce((snapped, one) => changeArea(snapped, one.id, { bounds: view.snapped(one.page, one.bounds) }), canvas);
}

/** A step of a drag; an area chosen with others takes them along. */
export function reshape(canvas: Canvas, selection: Selection, { kind, id, bounds, y }: Reshape): Canvas {
  if (kind === "boundary") return changeBoundary(canvas, id, { y });
  const area = canvas.areas.find((one) => one.id === id);
  if (!area || !bounds) return canvas;
  const ids = chosenAreas(selection);
  return ids.length > 1 && ids.includes(id) ? moveAreas(canvas, ids, bounds.x - area.bounds.x, bounds.y - area.bounds.y) : changeArea(canvas, id, { bounds });
}
