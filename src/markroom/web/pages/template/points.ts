/** A mark scheme as lines a teacher types ("M1 (1) What earns it") and as structured points. */
import type { SchemePoint } from "../../elements/shapes.ts";

export function pointsOf(scheme: unknown): SchemePoint[] {
  const points = Array.isArray(scheme) ? scheme : (scheme as { points?: unknown } | null)?.points;
  return Array.isArray(points) ? (points as SchemePoint[]) : [];
}

export function writePoints(scheme: unknown): string {
  if (typeof scheme === "string") return scheme;
  return pointsOf(scheme).map(({ code, marks, text }) => [code, typeof marks === "number" ? `(${marks})` : "", text].filter(Boolean).join(" ")).join("\n");
}

/** What a point carries beyond its line (alternatives, accept, reject) stays with the point of the same text. */
export function readPoints(lines: string, before: unknown): SchemePoint[] | { points: SchemePoint[] } | null {
  const known = pointsOf(before);
  const points = lines.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => readPoint(line, known));
  if (before && typeof before === "object" && !Array.isArray(before)) return { ...before, points };
  return points.length > 0 ? points : null;
}

/** What a scheme says beside its points. */
export interface SchemeSettings { notes?: string | null; allow_half_marks?: boolean | null }

export function settingsOf(scheme: unknown): SchemeSettings {
  return scheme && typeof scheme === "object" && !Array.isArray(scheme) ? (scheme as SchemeSettings) : {};
}

/** The scheme with these points, in the form it has; null where nothing is left of it. */
export function withPoints(scheme: unknown, points: SchemePoint[]): unknown {
  if (scheme && typeof scheme === "object" && !Array.isArray(scheme)) return { ...scheme, points };
  return points.length > 0 ? points : null;
}

export function withSettings(scheme: unknown, change: SchemeSettings): unknown {
  return { ...settingsOf(scheme), points: pointsOf(scheme), ...change };
}

/** Only what says something is kept of a point. */
export function changePoint(points: readonly SchemePoint[], index: number, change: Partial<SchemePoint>): SchemePoint[] {
  const says = ([key, value]: [string, unknown]) => key === "text" || (value !== null && value !== "" && value !== undefined && !(Array.isArray(value) && value.length === 0));
  return points.map((point, place) => (place === index ? (Object.fromEntries(Object.entries({ ...point, ...change }).filter(says)) as unknown as SchemePoint) : point));
}

export function movePoint(points: readonly SchemePoint[], index: number, by: 1 | -1): SchemePoint[] {
  const moved = [...points];
  const [point] = moved.splice(index, 1);
  if (point) moved.splice(Math.max(0, index + by), 0, point);
  return moved;
}

export const isLevel = (point: SchemePoint): boolean => /^L\d/i.test(point.code ?? "") || typeof point.marks_from === "number";

/** Marks the points describe: points add up, of levels the best counts. */
export function schemeMarks(points: readonly SchemePoint[]): number {
  const sum = points.filter((one) => !isLevel(one)).reduce((total, one) => total + (one.marks ?? 0), 0);
  return sum + Math.max(0, ...points.filter(isLevel).map((one) => one.marks ?? 0));
}

export interface McqOption { label: string; text?: string | null; correct?: boolean | null }

export function optionsOf(options: unknown): McqOption[] {
  if (!Array.isArray(options)) return [];
  return options.map((one: unknown) => (typeof one === "object" && one && "label" in one ? (one as McqOption) : { label: String(one) }));
}

/** The options named, each keeping its text and whether it is right. */
export function readOptions(typed: string, before: unknown): McqOption[] {
  const known = optionsOf(before);
  const labels = typed.split(",").map((one) => one.trim()).filter(Boolean);
  return labels.map((label) => known.find((one) => one.label === label) ?? { label });
}

/** One right option, and the scheme's point that it earns, unless a person wrote another scheme. */
export function setRight(options: unknown, scheme: unknown, right: string, marks: number | null): { mcq_options: McqOption[]; mark_scheme: unknown } {
  const mcq_options = optionsOf(options).map((one) => ({ ...one, correct: one.label === right }));
  const points = pointsOf(scheme);
  const own = points.length === 0 || (points.length === 1 && mcq_options.some((one) => one.label === points[0]?.text));
  return { mcq_options, mark_scheme: own ? [{ code: "B1", text: right, marks: marks ?? 1, accept: [right] }] : scheme };
}

function readPoint(line: string, known: readonly SchemePoint[]): SchemePoint {
  const [, code, marks, text = line] = /^(?:([A-Z]{1,3}\d{0,2})\s+)?(?:\((\d+(?:\.\d+)?)\)\s*)?(.+)$/.exec(line) ?? [];
  const { code: _code, marks: _marks, ...kept } = known.find((one) => one.text === text) ?? { text };
  return { ...kept, ...(code ? { code } : {}), ...(marks ? { marks: Number(marks) } : {}) };
}
