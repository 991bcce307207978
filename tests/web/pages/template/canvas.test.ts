import assert from "node:assert/strict";
import { test } from "node:test";
import type { Boundary, Question, ResponseArea } from "../../../../src/markroom/web/elements/shapes.ts";
import { addArea, addQuestion, copyAreas, nextLabel, questionDrawn, readPages } from "../../../../src/markroom/web/pages/template/additions.ts";
import { chosenAreas, confirmAbove, confirmPart, insidePage, mergeAreas, moveAreas, removePart, resizeAreas, splitArea, toggleArea, type Canvas, type Selection } from "../../../../src/markroom/web/pages/template/canvas.ts";
import { edit } from "../../../../src/markroom/web/pages/template/edits.ts";
import { History } from "../../../../src/markroom/web/pages/template/history.ts";
import { disagreement, flatten, nextProposal, pathOf, totalMarks, treeOf } from "../../../../src/markroom/web/pages/template/tree.ts";

const question = (id: string, label: string, max_marks: number | null = null, parent_id: string | null = null, order = 0): Question =>
  ({ id, parent_id, label, order, max_marks, answer_type: null, mcq_options: null, mark_scheme: null, spec_ref: null, source: "auto", confirmed: false, confidence: 0.95 });
const area = (id: string, question_id: string, y: number, h = 0.1, page = 1): ResponseArea =>
  ({ id, question_id, page, bounds: { x: 0.1, y, w: 0.8, h }, kind: "answer", response_form: null, source: "auto", confirmed: false, confidence: 0.6 });
const boundary = (id: string, question_id: string, y: number, page = 1): Boundary =>
  ({ id, question_id, label: "", page, y, bounds: null, source: "auto", confirmed: false, confidence: 0.95 });

const paper = (): Canvas => ({
  questions: [question("1", "1", 5, null, 0), question("1a", "(a)", 2, "1", 1), question("1b", "(b)", 2, "1", 2), question("2", "2", 4, null, 3)],
  areas: [area("A", "1a", 0.2), area("B", "1b", 0.5)],
  boundaries: [boundary("b1", "1", 0.1), boundary("b1a", "1a", 0.15), boundary("b1b", "1b", 0.4), boundary("b2", "2", 0.1, 2)],
});

test("items add up, and a container that disagrees with its parts says so", () => {
  const { questions } = paper();
  assert.equal(totalMarks(questions), 8);
  assert.deepEqual(flatten(treeOf(questions)).map(disagreement), ["Its parts add up to 4, not 5.", "", "", ""]);
});

test("full labels are written as the server writes them", () => {
  assert.deepEqual(flatten(treeOf(paper().questions)).map((branch) => branch.path), ["1", "1(a)", "1(b)", "2"]);
  assert.deepEqual([pathOf("", "Q3."), pathOf("01", "2"), pathOf("01", "01.2"), pathOf("1(a)", "ii"), pathOf("", "(a)")], ["3", "01.2", "01.2", "1(a)(ii)", "a"]);
});

test("proposals are walked in reading order, each confirmed once", () => {
  const canvas = paper();
  const walked: string[] = [];
  let at = nextProposal(canvas, null, 1);
  while (at) { walked.push(at.id); at = nextProposal(canvas, at, 1); }
  assert.deepEqual(walked, ["b1", "b1a", "A", "b1b", "B", "b2"]);
  const confirmed = confirmPart(canvas, { kind: "boundary", id: "b1" });
  assert.equal(confirmed.questions[0]?.confirmed, true);
  assert.equal(nextProposal(confirmed, null, 1)?.id, "b1a");
});

test("confirming all above 90 % leaves the doubtful ones open (T-08)", () => {
  const canvas = confirmAbove(paper(), 0.9);
  assert.ok(canvas.questions.every((one) => one.confirmed));
  assert.ok(canvas.areas.every((one) => !one.confirmed));
});

test("bounds stay inside the page whatever is typed or dragged", () => {
  for (const bounds of [{ x: -1, y: 2, w: 3, h: 0.2 }, { x: 0.9, y: 0.9, w: 0.5, h: 0.5 }, { x: 0.5, y: 0.5, w: -1, h: 0 }]) {
    const fitted = insidePage(bounds);
    assert.ok(fitted.x >= 0 && fitted.y >= 0 && fitted.w > 0 && fitted.h > 0 && fitted.x + fitted.w <= 1.00001 && fitted.y + fitted.h <= 1.00001);
  }
  assert.equal(resizeAreas(paper(), ["A"], 5, 0).areas[0]?.bounds.w, 0.9);
});

test("an area split in two merges back into the same one", () => {
  const canvas = paper();
  const split = splitArea(canvas, "A", "A2");
  assert.equal(split.areas.length, 3);
  assert.deepEqual(mergeAreas(split, ["A"]).areas.map((one) => one.bounds), canvas.areas.map((one) => one.bounds));
  assert.equal(mergeAreas(canvas, ["B"]), canvas);
});

test("a removed question takes its parts, areas and cut lines with it", () => {
  const canvas = removePart(paper(), { kind: "question", id: "1" });
  assert.deepEqual([canvas.questions.map((one) => one.id), canvas.areas, canvas.boundaries.map((one) => one.id)], [["2"], [], ["b2"]]);
});

test("a new question gets the next label of its series", () => {
  assert.deepEqual(["3", "(a)", "(iv)", "01.2", "b", "(h)", "09"].map(nextLabel), ["4", "(b)", "(v)", "01.3", "c", "(i)", "10"]);
  assert.equal(addQuestion(paper(), "1", "new").questions.at(-1)?.label, "(c)");
  assert.equal(addQuestion(paper(), "2", "new").questions.at(-1)?.label, "(a)");
});

test("a drag is one step to undo, and a new change ends redo", () => {
  const start = paper();
  const history = new History(start);
  const first = resizeAreas(start, ["A"], 0.01, 0);
  history.change(first, "drag A");
  history.change(resizeAreas(first, ["A"], 0.01, 0), "drag A");
  assert.ok(history.undo());
  assert.equal(history.present, start);
  assert.ok(history.redo());
  history.undo();
  history.change(first);
  assert.equal(history.canRedo, false);
});

test("areas chosen together move together and stop together at the edge", () => {
  const moved = moveAreas(paper(), ["A", "B"], 0, -1);
  assert.deepEqual(moved.areas.map((one) => one.bounds.y), [0, 0.3]);
  assert.deepEqual(moveAreas(paper(), ["A", "B"], 0.05, 0.1).areas.map((one) => [one.bounds.x, one.bounds.y]), [[0.15, 0.3], [0.15, 0.6]]);
});

test("an area joins the chosen ones and leaves them again", () => {
  const both = toggleArea({ kind: "area", id: "A" }, "B");
  assert.deepEqual(chosenAreas(both), ["A", "B"]);
  assert.deepEqual(chosenAreas(toggleArea(both, "A")), ["B"]);
  assert.equal(toggleArea({ kind: "area", id: "A" }, "A"), null);
});

test("what is done to chosen areas is done to all of them", () => {
  const both: Selection = { kind: "area", id: "A", more: ["B"] };
  assert.ok(confirmPart(paper(), both).areas.every((one) => one.confirmed));
  assert.deepEqual(removePart(paper(), both).areas, []);
});

test("areas chosen together become one where they are of one question, and others stay apart", () => {
  const canvas: Canvas = { ...paper(), areas: [area("A", "1a", 0.2), area("A2", "1a", 0.5), area("B", "1b", 0.7)] };
  const merged = edit(canvas, { kind: "area", id: "A", more: ["A2", "B"] }, { do: "merge" }, { page: 1, copied: [] });
  assert.deepEqual(merged?.canvas.areas.map((one) => [one.id, one.bounds.y, Math.round(one.bounds.h * 100)]), [["A", 0.2, 40], ["B", 0.7, 10]]);
  assert.equal(merged?.said, "Areas of different questions or pages stay apart.");
  const alone = edit(paper(), { kind: "area", id: "A" }, { do: "merge" }, { page: 1, copied: [] });
  assert.equal(alone?.said, "There is no other area of this question on the page to merge it with.");
});

test("after all sure proposals are confirmed the first doubtful one is chosen", () => {
  const edited = edit(paper(), null, { do: "confirm_sure" }, { page: 1, copied: [] });
  assert.deepEqual([edited?.selection, edited?.canvas.questions.every((one) => one.confirmed)], [{ kind: "area", id: "A" }, true]);
});

test("areas are copied to other pages at their places, as a person's own", () => {
  let made = 0;
  const copied = copyAreas(paper(), ["A"], [1, 2, 3], () => `new ${(made += 1)}`);
  assert.deepEqual(copied.areas.slice(2).map((one) => [one.id, one.page, one.bounds.y, one.confirmed, one.source]), [["new 1", 2, 0.2, true, "manual"], ["new 2", 3, 0.2, true, "manual"]]);
  assert.equal(copyAreas(paper(), ["A"], [1], () => "x").areas.length, 2);
});

test("pages are read as people write them", () => {
  assert.deepEqual(readPages("3, 5-8", 6), [3, 5, 6]);
  assert.deepEqual(readPages("2–3;2 x 0 999", 9), [2, 3]);
  assert.deepEqual(readPages("", 9), []);
});

test("keys choose further areas in reading order and put copies on the page in view", () => {
  const next = edit(paper(), { kind: "area", id: "A" }, { do: "choose_next" }, { page: 1, copied: [] });
  assert.deepEqual(chosenAreas(next?.selection ?? null), ["A", "B"]);
  const all = edit(paper(), null, { do: "choose_page" }, { page: 1, copied: [] });
  assert.deepEqual(chosenAreas(all?.selection ?? null), ["A", "B"]);
  const pasted = edit(paper(), null, { do: "paste" }, { page: 2, copied: ["A"] });
  assert.deepEqual([pasted?.canvas.areas[2]?.page, pasted?.selection?.id], [2, pasted?.canvas.areas[2]?.id]);
  assert.equal(edit(paper(), null, { do: "paste" }, { page: 1, copied: [] }), null);
});

test("an area drawn is of the question chosen, else of the one that has begun above it", () => {
  const canvas = paper();
  assert.equal(questionDrawn(canvas, { kind: "boundary", id: "b2" }, 1, 0.6), "2");
  assert.equal(questionDrawn(canvas, { kind: "area", id: "A" }, 1, 0.6), "1b"); // the one drawn before says nothing of this one
  assert.equal(questionDrawn(canvas, null, 2, 0.05), "1b"); // goes on over the page
  assert.equal(questionDrawn(canvas, null, 1, 0.01), null);
  assert.equal(addArea(canvas, questionDrawn(canvas, null, 1, 0.3), 1, { x: 0.1, y: 0.3, w: 0.5, h: 0.1 }, "new").areas.at(-1)?.kind, "answer");
});
