import assert from "node:assert/strict";
import { test } from "node:test";
import { snapBounds, snapCut, snapEdge, type Picture } from "../../../../src/markroom/web/pages/template/snap.ts";

/** A white page of 400 × 600 with dark rectangles (left, top, right, bottom) on it. */
function page(...dark: [number, number, number, number][]): Picture {
  const grey = new Uint8ClampedArray(400 * 600).fill(255);
  for (const [left, top, right, bottom] of dark) for (let row = top; row < bottom; row += 1) grey.fill(0, row * 400 + left, row * 400 + right);
  return { width: 400, height: 600, grey };
}

const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 0.003, `${a} is not ${b}`);

test("an edge comes to lie on the rule beside it and nowhere else", () => {
  const ruled = page([40, 300, 360, 302]);
  near(snapEdge(ruled, "row", 0.506, 0.1, 0.9), 0.5);
  assert.equal(snapEdge(ruled, "row", 0.52, 0.1, 0.9), 0.52);
  assert.equal(snapEdge(page([40, 300, 80, 302]), "row", 0.503, 0.1, 0.9), 0.503);
});

test("an area roughly drawn around a box becomes the box", () => {
  const box = page([40, 120, 361, 121], [40, 240, 361, 241], [40, 120, 41, 241], [360, 120, 361, 241]);
  const { x, y, w, h } = snapBounds(box, { x: 0.103, y: 0.196, w: 0.801, h: 0.209 });
  near(x, 0.1); near(y, 0.2); near(x + w, 0.9); near(y + h, 0.4);
});

test("a cut line comes to lie where the ink below it begins", () => {
  const label = page([50, 200, 60, 212]);
  near(snapCut(label, 0.326), 200 / 600);
  near(snapCut(label, 0.34), 200 / 600);
  assert.equal(snapCut(label, 0.6), 0.6);
});
