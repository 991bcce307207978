/** Where an unplaced page most likely belongs, and why it was not placed, in words. */
import type { ScannedPage, Script } from "../../elements/shapes.ts";

export interface Place { scriptId: string; page: number }

export const REASONS: Record<string, string> = {
  no_code: "No page code could be read on this sheet.",
  foreign_code: "The codes on this sheet are not ones of this paper.",
  other_batch: "This sheet belongs to another batch.",
  unaligned: "The sheet does not lie well enough on the page of the paper.",
  damaged: "This page of the scan cannot be read.",
  duplicate: "This page of the script has been scanned already.",
  unknown_script: "No script of this batch has this number.",
  removed: "A person took this sheet off its script.",
  restored: "This sheet was discarded and brought back.",
};

export function sayReason(page: ScannedPage): string {
  if (page.state === "discarded") return "This sheet was discarded.";
  if (page.state === "blank") return "This page is blank.";
  if (page.state === "placed") return "This page is in its place.";
  return REASONS[page.reason ?? ""] ?? "This sheet could not be placed.";
}

/** Sheets of something else: no place is offered, so that Enter cannot file a letter among the answers. */
const STRAY = new Set(["foreign_code", "other_batch"]);

/**
 * What the codes said, else the hole that fits the sheets scanned just before: the next missing page of the same script,
 * else the first missing page of the batch. Null where nothing is missing.
 */
export function likelyPlace(page: ScannedPage, scripts: readonly Script[], neighbour: ScannedPage | null): Place | null {
  if (STRAY.has(page.reason ?? "")) return null;
  if (page.script_id && page.page) return { scriptId: page.script_id, page: page.page };
  const own = page.script_id ?? neighbour?.script_id ?? null;
  const script = scripts.find((one) => one.id === own);
  const after = neighbour && neighbour.script_id === own ? (neighbour.page ?? 0) : 0;
  const next = script?.pages_missing.find((missing) => missing > after) ?? script?.pages_missing[0];
  if (script && next) return { scriptId: script.id, page: next };
  const hole = scripts.find((one) => one.state !== "absent" && one.pages_missing.length > 0 && one.pages_missing.length < 100);
  return hole ? { scriptId: hole.id, page: hole.pages_missing[0] as number } : null;
}

export function isMissing(place: Place, scripts: readonly Script[]): boolean {
  return scripts.find((one) => one.id === place.scriptId)?.pages_missing.includes(place.page) ?? false;
}
