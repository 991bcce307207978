import assert from "node:assert/strict";
import { test } from "node:test";
import { commandFor } from "../../../../src/markroom/web/pages/marking_desk/keys.ts";

const press = (key: string, code = "", held: Partial<Record<"shiftKey" | "ctrlKey" | "altKey", boolean>> = {}) =>
  commandFor({ key, code, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held });

test("digits, letters and arrows mean what the key list says", () => {
  assert.deepEqual(press("3", "Digit3"), { do: "digit", digit: "3" });
  assert.deepEqual(press("7", "Numpad7"), { do: "digit", digit: "7" });
  assert.deepEqual(["n", "Q", "c", "u", "p", "z", "i", ".", "Enter", "ArrowLeft"].map((key) => press(key)?.do),
    ["not_attempted", "query", "comment", "undo", "page", "zoom", "ink", "half", "enter", "back"]);
});

test("shift and a digit choose a point of the scheme, whatever sign the keyboard has there", () => {
  assert.deepEqual(press('"', "Digit2", { shiftKey: true }), { do: "point", index: 1 });
});

test("the browser keeps its own keys, but Ctrl+Z undoes", () => {
  assert.equal(press("c", "KeyC", { ctrlKey: true }), null);
  assert.equal(press("x"), null);
  assert.deepEqual(press("z", "KeyZ", { ctrlKey: true }), { do: "undo" });
});
