import assert from "node:assert/strict";
import { test } from "node:test";
import type { Question, ResponseArea } from "../../../../src/markroom/web/elements/shapes.ts";
import { removePart, type Canvas } from "../../../../src/markroom/web/pages/template/canvas.ts";
import { sayChanges } from "../../../../src/markroom/web/pages/template/conflict.ts";
import { rebase } from "../../../../src/markroom/web/pages/template/found.ts";

const question = (id: string, max_marks: number): Question =>
  ({ id, parent_id: null, label: id, order: Number(id), max_marks, answer_type: null, mcq_options: null, mark_scheme: null, spec_ref: null, source: "manual", confirmed: true, confidence: null });
const area = (id: string, question_id: string): ResponseArea =>
  ({ id, question_id, page: 1, bounds: { x: 0.1, y: 0.2, w: 0.8, h: 0.1 }, kind: "answer", response_form: null, source: "manual", confirmed: true, confidence: null });
const paper = (first: number, second: number): Canvas => ({ questions: [question("1", first), question("2", second)], areas: [area("A", "1"), area("B", "2")], boundaries: [] });

test("what a colleague changed is counted in words (X-07)", () => {
  const theirs = removePart({ ...paper(9, 2), areas: [...paper(1, 2).areas, area("C", "1")] }, { kind: "area", id: "B" });
  assert.equal(sayChanges(paper(1, 2), theirs), "1 question and 2 areas changed");
  assert.equal(sayChanges(paper(1, 2), paper(1, 2)), "nothing on the canvas changed");
});

test("a draft that was put away as it was goes together with what is there now", () => {
  const putAway = structuredClone({ base: paper(1, 2), canvas: paper(1, 5) });
  assert.deepEqual(rebase(putAway.base, putAway.canvas, paper(7, 2)).questions.map((one) => one.max_marks), [7, 5]);
});

test("an area drawn beside proposals leaves them there when two people's work goes together", () => {
  const open = (id: string): ResponseArea => ({ ...area(id, "1"), source: "auto", confirmed: false, confidence: 0.8 });
  const base: Canvas = { ...paper(1, 2), areas: [open("A"), open("B")] };
  const mine: Canvas = { ...base, areas: [...base.areas, area("C", "1")] };
  const theirs: Canvas = { ...base, questions: paper(1, 9).questions };
  assert.deepEqual(rebase(base, mine, theirs).areas.map((one) => one.id).sort(), ["A", "B", "C"]);
});

test("of one question each keeps the field they changed", () => {
  const base = paper(1, 2);
  const mine: Canvas = { ...base, questions: [{ ...question("1", 8), label: "One" }, question("2", 2)] };
  const theirs: Canvas = { ...base, questions: [{ ...question("1", 5), mark_scheme: [{ text: "x = 4" }] }, question("2", 2)] };
  const [first] = rebase(base, mine, theirs).questions;
  assert.deepEqual([first?.label, first?.max_marks, first?.mark_scheme], ["One", 8, [{ text: "x = 4" }]]);
});

test("what I confirmed is what I saw, with the mark scheme that came meanwhile", () => {
  const open = { ...question("1", 3), source: "auto" as const, confirmed: false };
  const base: Canvas = { questions: [open], areas: [], boundaries: [] };
  const mine: Canvas = { ...base, questions: [{ ...open, confirmed: true }] };
  const theirs: Canvas = { ...base, questions: [{ ...open, max_marks: 4, mark_scheme: [{ text: "x" }] }] };
  const [first] = rebase(base, mine, theirs).questions;
  assert.deepEqual([first?.confirmed, first?.max_marks, first?.mark_scheme], [true, 3, [{ text: "x" }]]);
});
