/** Scripts × pages: what stands in each place. */
import type { ScannedPage, Script } from "../../elements/shapes.ts";

export type CellState = "there" | "not_needed" | "missing" | "duplicate" | "unclear" | "blank";
export interface Cell { page: number; state: CellState; pageId: string | null }
export interface Row { script: Script; cells: Cell[]; needsCare: boolean }

export const CELL_WORDS: Record<CellState, string> = {
  there: "there", not_needed: "not needed", missing: "missing", duplicate: "scanned twice", unclear: "unclear", blank: "blank",
};
export const CELL_SIGNS: Record<CellState, string> = { there: "", not_needed: "", missing: "×", duplicate: "2", unclear: "?", blank: "–" };

export function pageCountOf(declared: number | null, scripts: readonly Script[], pages: readonly ScannedPage[]): number {
  return declared ?? Math.max(0, ...scripts.flatMap((script) => script.pages_missing), ...pages.map((page) => page.page ?? 0));
}

function stateOf(page: ScannedPage): CellState | null {
  if (page.state === "placed") return "there";
  if (page.state === "blank") return "blank";
  if (page.state !== "exception") return null;
  return page.reason === "duplicate" ? "duplicate" : "unclear";
}

const QUIET = new Set<CellState>(["there", "blank", "not_needed"]);

/** What a place shows where several sheets claim it: the one that needs a person. */
const GRAVITY: CellState[] = ["there", "blank", "unclear", "duplicate"];

/**
 * `placedTold`: whether `pages` holds the placed ones too. Where they are too many to fetch, a place that is not missing counts as there;
 * otherwise one that no sheet fills and no script misses is not needed (a page without answers).
 */
export function gridOf(scripts: readonly Script[], pages: readonly ScannedPage[], pageCount: number, placedTold: boolean): Row[] {
  const told = new Map<string, Cell>();
  for (const page of pages) {
    const [state, key] = [stateOf(page), `${page.script_id}/${page.page}`];
    if (!state || !page.script_id || !page.page) continue;
    const before = told.get(key);
    if (!before || GRAVITY.indexOf(state) > GRAVITY.indexOf(before.state)) told.set(key, { page: page.page, state, pageId: page.id });
  }
  return scripts.map((script) => {
    const missing = new Set(script.pages_missing);
    const cells = Array.from({ length: pageCount }, (_, index): Cell => {
      const page = index + 1;
      const known = told.get(`${script.id}/${page}`);
      return known ?? { page, state: missing.has(page) ? "missing" : placedTold ? "not_needed" : "there", pageId: null };
    });
    return { script, cells, needsCare: cells.some((cell) => !QUIET.has(cell.state)) };
  });
}

export function scriptName(script: Script): string {
  const { candidate, number } = script;
  const name = typeof candidate === "string" ? candidate : candidate?.name;
  return name ? `${number}, ${name}` : String(number);
}
