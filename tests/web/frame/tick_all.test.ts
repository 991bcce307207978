import assert from "node:assert/strict";
import { test } from "node:test";
import { stateOf } from "../../../src/markroom/web/frame/tick_all.ts";

test("a box for all is ticked where all are, and half-way where some are", () => {
  assert.deepEqual(stateOf([true, true]), { checked: true, indeterminate: false });
  assert.deepEqual(stateOf([true, false]), { checked: false, indeterminate: true });
  assert.deepEqual([stateOf([false]), stateOf([])], [{ checked: false, indeterminate: false }, { checked: false, indeterminate: false }]);
});
