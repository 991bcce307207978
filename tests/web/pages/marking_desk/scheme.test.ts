import assert from "node:assert/strict";
import { test } from "node:test";
import { findComments, marksOfPoints } from "../../../../src/markroom/web/pages/marking_desk/scheme.ts";

test("points add up, never above the maximum", () => {
  const points = [{ text: "method", marks: 1 }, { text: "answer", marks: 2 }, { text: "unit" }];
  assert.equal(marksOfPoints(points, [0, 1], 4), 3);
  assert.equal(marksOfPoints(points, [0, 1], 2), 2);
  assert.equal(marksOfPoints(points, [2], 4), null);
  assert.equal(marksOfPoints(points, [], 4), null);
});

test("a comment is found by its initial letters, then by its words", () => {
  const bank = ["Follow through allowed", "Unit missing", "Not far enough"];
  assert.deepEqual(findComments(bank, "fta"), ["Follow through allowed"]);
  assert.deepEqual(findComments(bank, "un"), ["Unit missing"]);
  assert.deepEqual(findComments(bank, ""), bank);
});
