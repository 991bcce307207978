import assert from "node:assert/strict";
import { test } from "node:test";
import type { Boundary, Question, ResponseArea } from "../../../../src/markroom/web/elements/shapes.ts";
import { changeArea, changeQuestion, confirmPart, removePart, type Canvas } from "../../../../src/markroom/web/pages/template/canvas.ts";
import { foundOf, rebase, showFound, unreadPages } from "../../../../src/markroom/web/pages/template/found.ts";
import { flatten, treeOf } from "../../../../src/markroom/web/pages/template/tree.ts";

const question = (id: string, label: string, order: number, parent_id: string | null = null): Question =>
  ({ id, parent_id, label, order, max_marks: 2, answer_type: null, mcq_options: null, mark_scheme: null, spec_ref: null, source: "auto", confirmed: false, confidence: 0.9 });
const area = (id: string, question_id: string | null, page = 1): ResponseArea =>
  ({ id, question_id, page, bounds: { x: 0.1, y: 0.2, w: 0.8, h: 0.1 }, kind: question_id ? "answer" : "name", response_form: null, source: "auto", confirmed: false, confidence: 0.6 });
const boundary = (id: string, question_id: string): Boundary =>
  ({ id, question_id, label: "", page: 1, y: 0.1, bounds: null, source: "auto", confirmed: false, confidence: 0.9 });
const mine = <T extends Question | ResponseArea>(part: T): T => ({ ...part, source: "manual", confirmed: true });

const EMPTY: Canvas = { questions: [], areas: [], boundaries: [] };
/** Question 1 with its part (a), then 2; a name field. */
const proposal = (): Canvas => ({
  questions: [question("1", "1", 0), question("1a", "(a)", 1, "1"), question("2", "2", 2)],
  areas: [area("A", "1a"), area("B", "2"), area("N", null)],
  boundaries: [boundary("b1", "1"), boundary("b1a", "1a"), boundary("b2", "2")],
});
const ids = (rows: readonly { id: string }[]) => rows.map((one) => one.id).sort();
const paths = (canvas: Canvas) => flatten(treeOf(canvas.questions)).map((branch) => branch.path);

test("a job's result is what was found only while the paper is being read", () => {
  const { questions, areas, boundaries } = proposal();
  assert.deepEqual(foundOf({ read: [1, 2], questions, response_areas: areas, boundaries }), { read: [1, 2], questions, areas, boundaries });
  assert.deepEqual([foundOf(null), foundOf({ changes: {}, questions: 3, warnings: 0 })], [null, null]);
});

test("pages wait until they are read, in whatever order that is", () => {
  assert.deepEqual([...unreadPages(4, 1, null)], [2, 3, 4]);
  assert.deepEqual([...unreadPages(4, 3, { ...EMPTY, read: [1, 4] })], [2, 3]);
});

test("what is found is shown beside what people drew, and not twice", () => {
  const drawn: Canvas = { questions: [mine(question("M", "Question 1", 9))], areas: [mine(area("MA", "M")), mine(area("MN", null))], boundaries: [] };
  const shown = showFound(drawn, proposal());
  assert.deepEqual([ids(shown.questions), ids(shown.areas), ids(shown.boundaries)], [["1a", "2"], ["A", "B"], ["b1", "b1a", "b2"]]);
  assert.equal(shown.questions.find((one) => one.id === "1a")?.parent_id, "M");
  assert.equal(shown.boundaries.find((one) => one.id === "b1")?.question_id, "M");
  assert.deepEqual(showFound(EMPTY, null), EMPTY);
});

test("an earlier proposal stays in view until the new one is whole", () => {
  assert.deepEqual(showFound(proposal(), { ...proposal(), areas: [area("new", "2")] }), EMPTY);
});

test("what was drawn, corrected and removed meanwhile stays when the proposal comes (T-04)", () => {
  const base = proposal();
  let canvas = changeArea(base, "A", { bounds: { x: 0.2, y: 0.3, w: 0.5, h: 0.2 } });
  canvas = changeQuestion(canvas, "2", { max_marks: 7 });
  canvas = removePart(canvas, { kind: "area", id: "N" });
  canvas = { ...canvas, questions: [...canvas.questions, mine(question("M", "3", 9))], areas: [...canvas.areas, mine(area("MA", "M"))] };
  const whole = { ...proposal(), questions: [...proposal().questions, question("4", "4", 3)], areas: [...proposal().areas, area("D", "4", 2), area("A2", "1a", 2)] };
  const after = rebase(base, canvas, whole);
  assert.deepEqual(paths(after), ["1", "1(a)", "2", "4", "3"]);
  assert.deepEqual(ids(after.areas), ["A", "A2", "B", "D", "MA"]);
  assert.equal(after.areas.find((one) => one.id === "A")?.bounds.w, 0.5);
  assert.deepEqual(after.questions.filter((one) => one.source === "manual").map((one) => [one.id, one.max_marks]), [["2", 7], ["M", 2]]);
  assert.deepEqual(ids(after.boundaries), ["b1", "b1a", "b2"]);
});

test("a question drawn meanwhile is the one the machine found under its label", () => {
  const canvas: Canvas = { ...EMPTY, questions: [mine(question("M", "1", 0))], areas: [mine(area("MA", "M"))] };
  const after = rebase(EMPTY, canvas, proposal());
  assert.deepEqual(paths(after), ["1", "1(a)", "2"]);
  assert.deepEqual(ids(after.questions), ["1a", "2", "M"]);
  assert.equal(after.boundaries.find((one) => one.id === "b1")?.question_id, "M");
});

test("what was confirmed stays though the machine finds it no more, with the questions it stands in", () => {
  const base = proposal();
  const canvas = confirmPart(base, { kind: "area", id: "A" });
  const after = rebase(base, canvas, { questions: [question("2", "2", 0)], areas: [area("B", "2")], boundaries: [] });
  assert.deepEqual([paths(after), ids(after.areas)], [["1", "1(a)", "2"], ["A", "B"]]);
});

test("what a colleague saved meanwhile stays where it was not touched here", () => {
  const base = proposal();
  const theirs = changeQuestion(base, "1a", { max_marks: 5 });
  const after = rebase(base, changeQuestion(base, "2", { max_marks: 3 }), theirs);
  assert.deepEqual(after.questions.map((one) => one.max_marks), [2, 5, 3]);
});

test("what a colleague put below a question that was removed here keeps it, as theirs is kept the other way round", () => {
  const base = proposal();
  const theirs = { ...base, questions: [...base.questions, mine(question("1b", "(b)", 3, "1"))], areas: [...base.areas, mine(area("C", "2"))] };
  const without = removePart(removePart(base, { kind: "question", id: "1" }), { kind: "question", id: "2" });
  const both = rebase(base, without, theirs);
  assert.deepEqual([paths(both), ids(both.areas)], [["1", "1(b)", "2"], ["C", "N"]]);
  const reread = { ...theirs, questions: [...base.questions, question("1b", "(b)", 3, "1")], areas: [...base.areas, area("C", "2")] };
  assert.deepEqual(rebase(base, without, reread).questions, []); // the machine may be told twice
});

test("a correction makes a proposal a person's, a confirmation does not", () => {
  const corrected = changeArea(proposal(), "A", { page: 2 }).areas[0];
  const confirmed = confirmPart(proposal(), { kind: "area", id: "A" }).areas[0];
  assert.deepEqual([corrected?.source, corrected?.confirmed, confirmed?.source, confirmed?.confirmed], ["manual", false, "auto", true]);
});
