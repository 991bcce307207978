/**
 * What the machine finds while it reads a paper. It is shown page by page beside what stands, and nobody can confirm it before all
 * is read: the next page may bring the rest of a question. When the proposal is whole, what was done meanwhile stays in it.
 */
import type { Boundary, Question, ResponseArea } from "../../elements/shapes.ts";
import { isOpen, removePart, type AnyPart, type Canvas } from "./canvas.ts";
import { flatten, treeOf } from "./tree.ts";

/** Found on the pages of `read`. */
export interface Found extends Canvas { read: readonly number[] }

const NOTHING: Canvas = { questions: [], areas: [], boundaries: [] };
const KINDS = [["question", "questions"], ["area", "areas"], ["boundary", "boundaries"]] as const;

interface FoundJson { read: number[]; questions: Question[]; response_areas: ResponseArea[]; boundaries: Boundary[] }

/** From the result of a job that is still reading; null where it says nothing yet. */
export function foundOf(result: unknown): Found | null {
  if (!result || typeof result !== "object" || !("read" in result)) return null;
  const { read, questions, response_areas: areas, boundaries } = result as FoundJson;
  return { read, questions, areas, boundaries };
}

/** The pages that wait to be read, where `done` of them are. */
export function unreadPages(pageCount: number, done: number, found: Found | null): Set<number> {
  const pages = Array.from({ length: pageCount }, (_, index) => index + 1);
  return new Set(pages.filter((page) => (found ? !found.read.includes(page) : page > done)));
}

const idsOf = (parts: readonly { id: string }[]) => new Set(parts.map((one) => one.id));

/** What to show beside the canvas; nothing where an earlier proposal is still in view, which stays until the new one is whole. */
export function showFound(canvas: Canvas, found: Canvas | null): Canvas {
  if (!found || KINDS.some(([, list]) => canvas[list].some(isOpen))) return NOTHING;
  return fit(found, canvas, idsOf(canvas.questions), pathsOf(canvas.questions));
}

/**
 * The parts of `found` that go with `kept`. A question proposed with the path of a kept one is that one; where a kept question has an area
 * or its cut line, none is proposed, nor a second name or number field. What is `known` was there before, and stays.
 */
function fit(found: Canvas, kept: Canvas, known: ReadonlySet<string>, paths: ReadonlyMap<string, string>): Canvas {
  const same = new Map<string, string>();
  for (const { question, path } of flatten(treeOf(found.questions))) {
    const id = known.has(question.id) || !isOpen(question) ? undefined : paths.get(path);
    if (id) same.set(question.id, id);
  }
  const own = (id: string) => same.get(id) ?? id;
  const [questions, areas, boundaries] = [idsOf(kept.questions), idsOf(kept.areas), idsOf(kept.boundaries)];
  const again = idsOf(found.areas);
  const placed = new Set(kept.areas.filter((one) => !again.has(one.id)).map((one) => one.question_id ?? one.kind));
  const begun = new Set(kept.boundaries.map((one) => one.question_id));
  return {
    questions: found.questions.filter((one) => !questions.has(one.id) && !same.has(one.id))
      .map((one) => (one.parent_id ? { ...one, parent_id: own(one.parent_id) } : one)),
    areas: found.areas.filter((one) => !areas.has(one.id)).map((one) => (one.question_id ? { ...one, question_id: own(one.question_id) } : one))
      .filter((one) => known.has(one.id) || !isOpen(one) || !placed.has(one.question_id ?? one.kind)),
    boundaries: found.boundaries.filter((one) => !boundaries.has(one.id)).map((one) => ({ ...one, question_id: own(one.question_id) }))
      .filter((one) => !isOpen(one) || !begun.has(one.question_id)),
  };
}

function pathsOf(questions: readonly Question[]): Map<string, string> {
  return new Map(flatten(treeOf(questions)).map(({ path, question }) => [path, question.id]));
}

/** What a person made of `base`, which is not saved yet, laid into the canvas that has taken the place of `base`. */
export function rebase(base: Canvas, mine: Canvas, theirs: Canvas): Canvas {
  const kept = withQuestions(changed(base, mine, theirs), mine, idsOf(theirs.questions));
  const needed = idsOf(withQuestions(added(base, theirs), theirs, new Set()).questions);
  const left = KINDS.reduce((canvas, [kind, list]) => {
    const here = idsOf(mine[list]);
    return base[list].filter((one) => !here.has(one.id) && !needed.has(one.id)).reduce((less, one) => removePart(less, { kind, id: one.id }), canvas);
  }, theirs);
  const ids = idsOf(kept.questions);
  const paths = new Map([...pathsOf(mine.questions)].filter(([, id]) => ids.has(id)));
  const rest = fit(left, kept, idsOf([...base.questions, ...base.areas]), paths);
  return {
    questions: [...kept.questions, ...rest.questions].sort((a, b) => a.order - b.order),
    areas: [...kept.areas, ...rest.areas],
    boundaries: [...kept.boundaries, ...rest.boundaries],
  };
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
const byId = <T extends AnyPart>(parts: readonly T[]) => new Map(parts.map((one) => [one.id, one]));

/** The parts of `mine` that are not in `base` as they are. */
function changed(base: Canvas, mine: Canvas, theirs: Canvas): Canvas {
  const ofList = <T extends AnyPart>(before: readonly T[], now: readonly T[], there: readonly T[]): T[] => {
    const [old, other] = [byId(before), byId(there)];
    return now.filter((one) => !isSame(old.get(one.id), one)).map((one) => merged(old.get(one.id), one, other.get(one.id)));
  };
  return {
    questions: ofList(base.questions, mine.questions, theirs.questions),
    areas: ofList(base.areas, mine.areas, theirs.areas),
    boundaries: ofList(base.boundaries, mine.boundaries, theirs.boundaries),
  };
}

/** What people put in since `base`. */
function added(base: Canvas, theirs: Canvas): Canvas {
  const ofList = <T extends AnyPart>(before: readonly T[], there: readonly T[]): T[] => {
    const old = byId(before);
    return there.filter((one) => !old.has(one.id) && !isOpen(one));
  };
  return {
    questions: ofList(base.questions, theirs.questions),
    areas: ofList(base.areas, theirs.areas),
    boundaries: ofList(base.boundaries, theirs.boundaries),
  };
}

/** Field by field, mine where both changed it. What somebody confirmed stays as they saw it, but for what the paper does not show. */
function merged<T extends AnyPart>(base: T | undefined, mine: T, theirs: T | undefined): T {
  if (!base || !theirs) return mine;
  const fields = (mine.confirmed && !base.confirmed ? ["mark_scheme", "spec_ref"] : Object.keys(theirs)) as (keyof T)[];
  const taken = fields.filter((field) => field in theirs && isSame(base[field], mine[field])).map((field) => [field, theirs[field]]);
  return { ...mine, ...Object.fromEntries(taken) };
}

/** With the questions they stand in or refer to, where those are not `there`. */
function withQuestions(kept: Canvas, mine: Canvas, there: ReadonlySet<string>): Canvas {
  const known = byId(mine.questions);
  const all = new Map(kept.questions.map((one) => [one.id, one]));
  const named = [...kept.questions.map((one) => one.parent_id), ...kept.areas.map((one) => one.question_id), ...kept.boundaries.map((one) => one.question_id)];
  for (let id of named) {
    for (let one = id ? known.get(id) : undefined; one && !all.has(one.id) && !there.has(one.id); one = id ? known.get(id) : undefined) {
      all.set(one.id, one);
      id = one.parent_id;
    }
  }
  return { ...kept, questions: [...all.values()] };
}
