import assert from "node:assert/strict";
import { test } from "node:test";
import { csvField } from "../../../src/markroom/web/frame/copy_table.ts";

test("a field with a comma or a quote is quoted", () => {
  assert.equal(csvField("Pupil 07"), "Pupil 07");
  assert.equal(csvField('said "no", twice'), '"said ""no"", twice"');
});
