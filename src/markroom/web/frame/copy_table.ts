/** Copies a table as CSV: what is on the screen, numbers as they stand. */

/** No cell acts as a formula (OWASP: CSV injection); a number below nothing stays one. */
export function csvField(given: string): string {
  const text = /^[=+@-]/.test(given) && !/^-[\d.,]+%?$/.test(given) ? `'${given}` : given;
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cellText(cell: Element): string {
  return (cell.getAttribute("data-value") ?? cell.textContent ?? "").replace(/\s+/g, " ").trim();
}

/** What was copied; `shown` is the count under a list that goes on, as in "50 of 1,000". */
export function sayCopied(rows: number, shown: string): string {
  const total = /\bof ([\d,]+)$/.exec(shown.trim())?.[1] ?? "";
  const all = Number(total.replaceAll(",", ""));
  if (all > rows) return `${rows} of ${total} rows copied: those of this page.`;
  return rows === 1 ? "1 row copied." : `${rows} rows copied.`;
}

export async function copyTable(id: string): Promise<string> {
  const table = document.getElementById(id);
  if (!(table instanceof HTMLTableElement)) return "There is no table to copy.";
  const lines = [...table.rows].map((row) =>
    [...row.cells].filter((cell) => !cell.classList.contains("cell-actions")).map((cell) => csvField(cellText(cell))).join(","));
  await navigator.clipboard.writeText(lines.join("\r\n") + "\r\n");
  const pager = table.closest("#list, .stack, .page-body")?.querySelector(".pager > span");
  return sayCopied(table.tBodies[0]?.rows.length ?? 0, pager?.textContent ?? "");
}
