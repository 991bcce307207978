import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScannedPage, Script } from "../../../../src/markroom/web/elements/shapes.ts";
import { likelyPlace, sayReason } from "../../../../src/markroom/web/pages/page_repair/place.ts";

const script = (id: string, missing: number[]): Script => ({ id, number: 1, candidate: null, state: "incomplete", pages_missing: missing, items_marked: 0 });
const sheet = (known: Partial<ScannedPage> = {}): ScannedPage =>
  ({ id: "p", scan_id: "s", scan_page: 1, state: "exception", reason: "no_code", script_id: null, page: null, residual_mm: null, ...known });

test("what the codes said comes first", () => {
  assert.deepEqual(likelyPlace(sheet({ script_id: "b", page: 2 }), [script("a", [1])], null), { scriptId: "b", page: 2 });
});

test("a sheet without a code belongs after the sheet before it", () => {
  const scripts = [script("a", [3]), script("b", [2, 5])];
  assert.deepEqual(likelyPlace(sheet(), scripts, sheet({ script_id: "b", page: 4 })), { scriptId: "b", page: 5 });
  assert.deepEqual(likelyPlace(sheet(), scripts, null), { scriptId: "a", page: 3 });
});

test("where nothing is missing no place is invented (S-02)", () => {
  assert.equal(likelyPlace(sheet(), [script("a", [])], null), null);
});

test("every sheet says in words why it lies here", () => {
  assert.match(sayReason(sheet({ reason: "duplicate" })), /scanned already/);
  assert.match(sayReason(sheet({ reason: "of a kind not known yet" })), /could not be placed/);
});

test("a letter to parents is offered no place among the answers", () => {
  assert.equal(likelyPlace(sheet({ reason: "foreign_code" }), [script("a", [3])], null), null);
});
