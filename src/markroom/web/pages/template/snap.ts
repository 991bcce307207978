/**
 * Edges brought onto what is printed: rules of boxes and answer lines, and the first ink of a label. Works on the picture of a
 * page, so on scanned papers too. Positions are fractions of the page.
 */
import type { Bounds } from "../../elements/shapes.ts";

/** Grey values of a page row by row, 0 black to 255 white. */
export interface Picture { width: number; height: number; grey: Uint8ClampedArray }

const DARK = 150;
const REACH = 0.008; // how far an edge may jump
const RULED = 0.6; // of an edge that must be dark where it lies on a rule

const isDark = (picture: Picture, column: number, row: number) => (picture.grey[row * picture.width + column] ?? 255) < DARK;

/** The share of dark pixels along a row (or a column) between two places. */
function darkness(picture: Picture, along: "row" | "column", at: number, from: number, to: number): number {
  let dark = 0;
  for (let place = from; place < to; place += 1) if (along === "row" ? isDark(picture, place, at) : isDark(picture, at, place)) dark += 1;
  return to > from ? dark / (to - from) : 0;
}

/** The rule nearest to an edge; the edge itself where none is near. `from`, `to`: where the edge begins and ends. */
export function snapEdge(picture: Picture, along: "row" | "column", edge: number, from: number, to: number): number {
  const [size, other] = along === "row" ? [picture.height, picture.width] : [picture.width, picture.height];
  const [first, last] = [Math.round(from * other), Math.round(to * other)];
  const middle = Math.round(edge * size);
  for (let away = 0; away <= Math.ceil(REACH * size); away += 1) {
    for (const at of away ? [middle - away, middle + away] : [middle]) {
      if (at >= 0 && at < size && darkness(picture, along, at, first, last) >= RULED) return (at + 0.5) / size;
    }
  }
  return edge;
}

/** An area whose edges lie on the rules beside them. */
export function snapBounds(picture: Picture, { x, y, w, h }: Bounds): Bounds {
  const top = snapEdge(picture, "row", y, x, x + w);
  const bottom = snapEdge(picture, "row", y + h, x, x + w);
  const left = snapEdge(picture, "column", x, top, bottom);
  const right = snapEdge(picture, "column", x + w, top, bottom);
  return { x: left, y: top, w: right - left, h: bottom - top };
}

/** A cut line at the top of the ink it is nearest to: below white space, on the first row with something printed. */
export function snapCut(picture: Picture, y: number): number {
  const reach = Math.ceil(0.015 * picture.height);
  const middle = Math.round(y * picture.height);
  const edge = Math.round(picture.width * 0.02);
  const inked = (row: number) => row >= 0 && row < picture.height && darkness(picture, "row", row, edge, picture.width - edge) > 0.0008;
  for (let away = 0; away <= reach; away += 1) {
    for (const row of [middle - away, middle + away]) if (inked(row) && !inked(row - 1) && !inked(row - 2)) return row / picture.height;
  }
  return y;
}

const pictures = new WeakMap<HTMLImageElement, { source: string; picture: Picture }>();

/** The picture a page shows, read once; null until it is there. */
export function pictureOf(image: HTMLImageElement | null): Picture | null {
  if (!image?.complete || !image.naturalWidth) return null;
  const known = pictures.get(image);
  if (known?.source === image.currentSrc) return known.picture;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const grey = new Uint8ClampedArray(canvas.width * canvas.height);
  for (let place = 0; place < grey.length; place += 1) grey[place] = ((data[place * 4] ?? 255) + (data[place * 4 + 1] ?? 255) + (data[place * 4 + 2] ?? 255)) / 3;
  const picture = { width: canvas.width, height: canvas.height, grey };
  pictures.set(image, { source: image.currentSrc, picture });
  return picture;
}
