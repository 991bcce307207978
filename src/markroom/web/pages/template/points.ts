/** A mark scheme as lines a teacher types ("M1 (1) What earns it") and as structured points. */
import type { SchemePoint } from "../../elements/shapes.ts";

function pointsOf(scheme: unknown): SchemePoint[] {
  const points = Array.isArray(scheme) ? scheme : (scheme as { points?: unknown } | null)?.points;
  return Array.isArray(points) ? (points as SchemePoint[]) : [];
}

export function writePoints(scheme: unknown): string {
  if (typeof scheme === "string") return scheme;
  return pointsOf(scheme).map(({ code, marks, text }) => [code, typeof marks === "number" ? `(${marks})` : "", text].filter(Boolean).join(" ")).join("\n");
}

/** What a point carries beyond its line (alternatives, accept, reject) stays with the point of the same text. */
export function readPoints(lines: string, before: unknown): SchemePoint[] | null {
  const known = pointsOf(before);
  const points = lines.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => readPoint(line, known));
  return points.length > 0 ? points : null;
}

function readPoint(line: string, known: readonly SchemePoint[]): SchemePoint {
  const [, code, marks, text = line] = /^(?:([A-Z]{1,3}\d{0,2})\s+)?(?:\((\d+(?:\.\d+)?)\)\s*)?(.+)$/.exec(line) ?? [];
  const { code: _code, marks: _marks, ...kept } = known.find((one) => one.text === text) ?? { text };
  return { ...kept, ...(code ? { code } : {}), ...(marks ? { marks: Number(marks) } : {}) };
}
