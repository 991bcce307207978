import assert from "node:assert/strict";
import { test } from "node:test";
import { holds } from "../../../../src/markroom/web/pages/new_batch/page.ts";

test("a choice is found by any of its words, in any order", () => {
  assert.ok(holds("11 Further Mathematics, 4 students", "maths 11") === false);
  assert.ok(holds("11 Further Mathematics, 4 students", "math 11"));
  assert.ok(holds("Geography", ""));
});
