import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScannedPage, Script } from "../../../../src/markroom/web/elements/shapes.ts";
import { gridOf, pageCountOf } from "../../../../src/markroom/web/pages/batch/grid.ts";

const script = (id: string, missing: number[] = []): Script =>
  ({ id, number: 1, candidate: null, state: "complete", pages_missing: missing, items_marked: 0 });
const page = (state: string, script_id: string | null, at: number | null, reason: string | null = null): ScannedPage =>
  ({ id: `${state}-${at}`, scan_id: "scan", scan_page: 1, state, reason, script_id, page: at, residual_mm: null });

test("every place of every script has one state", () => {
  const pages = [page("blank", "a", 2), page("exception", "a", 3, "duplicate"), page("exception", "b", 1, "unaligned"), page("exception", null, null, "no_code")];
  const rows = gridOf([script("a"), script("b", [1, 4])], pages, 4, false);
  assert.deepEqual(rows.map((row) => row.cells.map((cell) => cell.state)),
    [["there", "blank", "duplicate", "there"], ["unclear", "there", "there", "missing"]]);
  assert.deepEqual(rows.map((row) => row.needsCare), [true, true]);
});

test("a blank alone needs no care, and a discarded page is not shown", () => {
  const rows = gridOf([script("a")], [page("blank", "a", 1), page("discarded", "a", 2)], 2, false);
  assert.deepEqual(rows[0]?.cells.map((cell) => cell.state), ["blank", "there"]);
  assert.equal(rows[0]?.needsCare, false);
});

test("the pages of the paper are counted from what is there where the paper does not say", () => {
  assert.equal(pageCountOf(null, [script("a", [1, 6])], [page("blank", "a", 4)]), 6);
  assert.equal(pageCountOf(8, [], []), 8);
});

test("a page that no script misses and no sheet fills is not needed", () => {
  const rows = gridOf([script("a", [3])], [page("placed", "a", 1)], 3, true);
  assert.deepEqual(rows[0]?.cells.map((cell) => cell.state), ["there", "not_needed", "missing"]);
});

test("where two sheets claim a place, the one that needs a person is shown", () => {
  const rows = gridOf([script("a")], [page("exception", "a", 1, "duplicate"), page("placed", "a", 1)], 1, true);
  assert.deepEqual(rows[0]?.cells.map((cell) => cell.state), ["duplicate"]);
});
