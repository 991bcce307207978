import assert from "node:assert/strict";
import { test } from "node:test";
import { sayReport } from "../../../../src/markroom/web/pages/memory_transfer/report.ts";

const NOTHING = { created: 0, unchanged: 0, duplicates: 0, differing: 0, links_dropped: 0, refused: 0, problems: [] };

test("an import is told in counts of what happened, and nothing else", () => {
  assert.deepEqual(sayReport({ ...NOTHING, created: 2, refused: 1 }), ["2 new memories", "1 line cannot be read"]);
  assert.deepEqual(sayReport(NOTHING), ["the file holds no memory"]);
});
