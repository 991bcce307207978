import assert from "node:assert/strict";
import { test } from "node:test";
import { NOTHING_TYPED, sayMarks, showMarks, typeDigit, typedMarks, typeHalf } from "../../../../src/markroom/web/pages/marking_desk/typing.ts";

test("one digit is the mark where the maximum is at most 9", () => {
  assert.equal(typeDigit(NOTHING_TYPED, "3", 4).marks, 3);
  assert.equal(typeDigit(NOTHING_TYPED, "0", 1).marks, 0);
});

test("a digit above the maximum is refused in words", () => {
  const typed = typeDigit(NOTHING_TYPED, "5", 4);
  assert.equal(typed.marks, null);
  assert.equal(typed.refused, "No more than 4 marks here.");
});

test("two digits wait for Enter where the maximum is above 9", () => {
  const first = typeDigit(NOTHING_TYPED, "1", 12);
  assert.equal(first.marks, null);
  const second = typeDigit(first.typing, "1", 12);
  assert.equal(typedMarks(second.typing), 11);
  assert.match(typeDigit(first.typing, "9", 12).refused, /12 marks/);
});

test("a half typed before the digit belongs to it", () => {
  const half = typeHalf(NOTHING_TYPED, 4);
  assert.equal(typeDigit(half.typing, "2", 4).marks, 2.5);
  assert.match(typeDigit(half.typing, "4", 4).refused, /4 marks/);
  assert.equal(typedMarks(typeHalf(half.typing, 4).typing), null);
});

test("marks are shown as teachers write them", () => {
  assert.deepEqual([0, 0.5, 1, 2.5].map(showMarks), ["0", "½", "1", "2½"]);
  assert.deepEqual([0, 0.5, 1, 2].map(sayMarks), ["0 marks", "½ mark", "1 mark", "2 marks"]);
});
