import assert from "node:assert/strict";
import { test } from "node:test";
import { changePoint, movePoint, schemeMarks, withPoints, withSettings, readOptions, readPoints, setRight, writePoints } from "../../../../src/markroom/web/pages/template/points.ts";
import { dragged } from "../../../../src/markroom/web/pages/template/paper_view.ts";
import { completions } from "../../../../src/markroom/web/pages/template/spec_field.ts";
import { bodyOf } from "../../../../src/markroom/web/pages/template/saving.ts";

test("a scheme typed as lines reads back the same", () => {
  const lines = "M1 (1) Collects like terms\nA1 (2) x = 4\nany sensible reason";
  const points = readPoints(lines, null);
  assert.deepEqual(points, [{ text: "Collects like terms", code: "M1", marks: 1 }, { text: "x = 4", code: "A1", marks: 2 }, { text: "any sensible reason" }]);
  assert.equal(writePoints(points), lines);
  assert.equal(readPoints("  \n", null), null);
});

test("what a point accepts stays with it when its marks change", () => {
  const before = [{ code: "B1", text: "0.75", marks: 1, accept: ["3/4"] }];
  assert.deepEqual(readPoints("B1 (2) 0.75", before), [{ text: "0.75", accept: ["3/4"], code: "B1", marks: 2 }]);
});

test("a corner dragged past its opposite stops there", () => {
  assert.deepEqual(dragged({ x: 0.25, y: 0.25, w: 0.5, h: 0.5 }, "nw", 0.75, 0.25), { x: 0.75, y: 0.5, w: 0, h: 0.25 });
  assert.deepEqual(dragged({ x: 0.25, y: 0.25, w: 0.5, h: 0.5 }, "se", 9, 9), { x: 0.25, y: 0.25, w: 0.75, h: 0.75 });
});

test("only fields the server takes are sent back (T-08)", () => {
  const question = { id: "q", parent_id: null, label: "1", order: 0, max_marks: 1, answer_type: null, mcq_options: null, mark_scheme: null, spec_ref: null,
    source: "auto" as const, confirmed: true, confidence: null, path: "1", is_container: false, institute_id: "i" };
  assert.deepEqual(Object.keys(bodyOf({ questions: [question], areas: [], boundaries: [] }).questions[0] ?? {}).includes("path"), false);
});

test("notes of a scheme stay when its points change", () => {
  assert.deepEqual(readPoints("B1 (1) yes", { points: [], notes: "be kind" }), { points: [{ text: "yes", code: "B1", marks: 1 }], notes: "be kind" });
});

test("the right option of a multiple choice becomes the point it earns (K-05)", () => {
  const options = readOptions("A, B, C", [{ label: "B", text: "two" }]);
  assert.deepEqual(options, [{ label: "A" }, { label: "B", text: "two" }, { label: "C" }]);
  const right = setRight(options, null, "B", 1);
  assert.deepEqual(right.mcq_options.map((one) => one.correct), [false, true, false]);
  assert.deepEqual(right.mark_scheme, [{ code: "B1", text: "B", marks: 1, accept: ["B"] }]);
  assert.deepEqual(setRight(right.mcq_options, right.mark_scheme, "C", 1).mark_scheme, [{ code: "B1", text: "C", marks: 1, accept: ["C"] }]);
});

test("a point keeps only what says something", () => {
  const points = [{ code: "M1", text: "Doubles", marks: 1 }];
  assert.deepEqual(changePoint(points, 0, { accept: ["2x"], marks: null }), [{ code: "M1", text: "Doubles", accept: ["2x"] }]);
  assert.deepEqual(changePoint(points, 0, { code: "" }), [{ text: "Doubles", marks: 1 }]);
});

test("points add up and of levels the best counts", () => {
  assert.equal(schemeMarks([{ code: "M1", text: "a", marks: 1 }, { code: "A1", text: "b", marks: 2 }]), 3);
  assert.equal(schemeMarks([{ code: "L1", text: "a", marks_from: 1, marks: 2 }, { code: "L2", text: "b", marks_from: 3, marks: 4 }]), 4);
});

test("a scheme keeps its form whatever is edited of it", () => {
  assert.equal(withPoints([{ text: "a" }], []), null);
  assert.deepEqual(withPoints({ notes: "n", points: [] }, [{ text: "a" }]), { notes: "n", points: [{ text: "a" }] });
  assert.deepEqual(withSettings([{ text: "a" }], { allow_half_marks: true }), { points: [{ text: "a" }], allow_half_marks: true });
});

test("points are moved up and down and stop at the ends", () => {
  const points = [{ text: "a" }, { text: "b" }, { text: "c" }];
  assert.deepEqual(movePoint(points, 2, -1).map((one) => one.text), ["a", "c", "b"]);
  assert.deepEqual(movePoint(points, 0, -1).map((one) => one.text), ["a", "b", "c"]);
});

test("what a question examines is completed after the last comma", () => {
  const references = [{ value: "4.1", label: "Atoms" }, { value: "AO2", label: "Apply" }];
  assert.deepEqual(completions("4", references).map((one) => one.value), ["4.1", "AO2"]);
  assert.deepEqual(completions("4.1, A", references).map((one) => one.value), ["4.1, 4.1", "4.1, AO2"]);
});
