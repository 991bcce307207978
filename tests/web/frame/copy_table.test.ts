import assert from "node:assert/strict";
import { test } from "node:test";
import { csvField, sayCopied } from "../../../src/markroom/web/frame/copy_table.ts";

test("a field with a comma or a quote is quoted", () => {
  assert.equal(csvField("Pupil 07"), "Pupil 07");
  assert.equal(csvField('said "no", twice'), '"said ""no"", twice"');
});

test("a name that a spreadsheet would run is a text", () => {
  assert.equal(csvField('=HYPERLINK("http://x.example")'), `"'=HYPERLINK(""http://x.example"")"`);
  assert.equal(csvField("@Pupil"), "'@Pupil");
  assert.equal(csvField("-2+3"), "'-2+3");
  assert.equal(csvField("-3"), "-3");
});

test("one row is one row", () => {
  assert.equal(sayCopied(1, "1 of 1"), "1 row copied.");
  assert.equal(sayCopied(7, ""), "7 rows copied.");
});

test("who copies a page of a longer list is told so", () => {
  assert.equal(sayCopied(50, "50 of 1000"), "50 of 1000 rows copied: those of this page.");
  assert.equal(sayCopied(50, "50 of 1,000"), "50 of 1,000 rows copied: those of this page.");
  assert.equal(sayCopied(14, "14 of 14"), "14 rows copied.");
});
