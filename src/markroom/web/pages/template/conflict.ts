/** A paper that a colleague saved while somebody else worked on it. */
import type { Canvas } from "./canvas.ts";
import { canvasOf } from "./canvas.ts";
import { fetchTemplate, findLastSaver, type Fetched } from "./saving.ts";

/** `by` and `changes` in words. */
export interface Conflict { fetched: Fetched; by: string; changes: string }

export async function fetchConflict(templateId: string, base: Canvas): Promise<Conflict> {
  const [fetched, by] = await Promise.all([fetchTemplate(templateId), findLastSaver(templateId)]);
  return { fetched, by: by || "The machine", changes: sayChanges(base, canvasOf(fetched.template)) };
}

const KINDS = [["questions", "question"], ["areas", "area"], ["boundaries", "cut line"]] as const;

/** `2 questions and 1 area changed`: added and removed ones count as changed. */
export function sayChanges(before: Canvas, after: Canvas): string {
  const counted = KINDS.map(([list, word]) => {
    const count = countChanged(before[list], after[list]);
    return count ? `${count} ${word}${count === 1 ? "" : "s"}` : "";
  }).filter(Boolean);
  if (!counted.length) return "nothing on the canvas changed";
  return `${counted.join(", ").replace(/, ([^,]*)$/, " and $1")} changed`;
}

function countChanged(before: readonly { id: string }[], after: readonly { id: string }[]): number {
  const old = new Map(before.map((one) => [one.id, JSON.stringify(one)]));
  const kept = after.filter((one) => old.get(one.id) === JSON.stringify(one)).length;
  const known = after.filter((one) => old.has(one.id)).length;
  return before.length + after.length - known - kept;
}
