/** Scripts × pages: what stands in each place. A place is `there` unless its script misses it or a page says otherwise. */
import type { ScannedPage, Script } from "../../elements/shapes.ts";

export type CellState = "there" | "missing" | "duplicate" | "unclear" | "blank";
export interface Cell { page: number; state: CellState; pageId: string | null }
export interface Row { script: Script; cells: Cell[]; needsCare: boolean }

export const CELL_WORDS: Record<CellState, string> = {
  there: "there", missing: "missing", duplicate: "scanned twice", unclear: "unclear", blank: "blank",
};
export const CELL_SIGNS: Record<CellState, string> = { there: "", missing: "×", duplicate: "2", unclear: "?", blank: "–" };

export function pageCountOf(declared: number | null, scripts: readonly Script[], pages: readonly ScannedPage[]): number {
  return declared ?? Math.max(0, ...scripts.flatMap((script) => script.pages_missing), ...pages.map((page) => page.page ?? 0));
}

function stateOf(page: ScannedPage): CellState | null {
  if (page.state === "blank") return "blank";
  if (page.state !== "exception") return null;
  return page.reason === "duplicate" ? "duplicate" : "unclear";
}

/** `pages` need hold no placed ones: they are the rule, and too many to fetch. */
export function gridOf(scripts: readonly Script[], pages: readonly ScannedPage[], pageCount: number): Row[] {
  const told = new Map<string, Cell>();
  for (const page of pages) {
    const state = stateOf(page);
    if (state && page.script_id && page.page) told.set(`${page.script_id}/${page.page}`, { page: page.page, state, pageId: page.id });
  }
  return scripts.map((script) => {
    const missing = new Set(script.pages_missing);
    const cells = Array.from({ length: pageCount }, (_, index): Cell => {
      const page = index + 1;
      const known = told.get(`${script.id}/${page}`);
      if (known && !(known.state === "blank" && missing.has(page))) return known;
      return { page, state: missing.has(page) ? "missing" : "there", pageId: null };
    });
    return { script, cells, needsCare: cells.some((cell) => cell.state !== "there" && cell.state !== "blank") };
  });
}

export function scriptName(script: Script): string {
  const { candidate, number } = script;
  const name = typeof candidate === "string" ? candidate : candidate?.name;
  return name ? `${number}, ${name}` : String(number);
}
