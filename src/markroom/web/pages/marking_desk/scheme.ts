/** The mark scheme beside the answer, and comments found again by their initial letters. */
import type { ClaimedItem, SchemePoint } from "../../elements/shapes.ts";

export function schemePoints(item: ClaimedItem): SchemePoint[] {
  const scheme = item.mark_scheme as { points?: unknown } | unknown[] | null | undefined;
  const points = Array.isArray(scheme) ? scheme : scheme?.points;
  return Array.isArray(points) ? (points as SchemePoint[]) : [];
}

export function schemeNotes(item: ClaimedItem): string {
  const scheme = item.mark_scheme;
  if (typeof scheme === "string") return scheme;
  return scheme && typeof scheme === "object" && "notes" in scheme && typeof scheme.notes === "string" ? scheme.notes : "";
}

/** Marks the chosen points add up to, never above the maximum; null where the scheme's points carry none. */
export function marksOfPoints(points: SchemePoint[], chosen: readonly number[], maxMarks: number): number | null {
  const carried = chosen.map((index) => points[index]?.marks).filter((marks): marks is number => typeof marks === "number");
  if (carried.length === 0) return null;
  return Math.min(maxMarks, carried.reduce((sum, marks) => sum + marks, 0));
}

export function mcqOptions(item: ClaimedItem): string[] {
  const options = item.mcq_options;
  if (!Array.isArray(options)) return [];
  return options.map((option: unknown) =>
    typeof option === "object" && option !== null && "label" in option ? String(option.label) : String(option));
}

/** "ft" finds "Follow through allowed", and any comment that contains what was typed. */
export function findComments(bank: readonly string[], typed: string): string[] {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return bank.slice(0, 6);
  const initials = (text: string) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).map((word) => word[0] ?? "").join("");
  const byInitials = bank.filter((text) => initials(text).startsWith(wanted));
  const byWords = bank.filter((text) => !byInitials.includes(text) && text.toLowerCase().includes(wanted));
  return [...byInitials, ...byWords].slice(0, 6);
}
