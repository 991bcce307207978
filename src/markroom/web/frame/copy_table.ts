/** Copies a table as CSV: what is on the screen, numbers as they stand. */

export function csvField(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cellText(cell: Element): string {
  return (cell.getAttribute("data-value") ?? cell.textContent ?? "").replace(/\s+/g, " ").trim();
}

export async function copyTable(id: string): Promise<string> {
  const table = document.getElementById(id);
  if (!(table instanceof HTMLTableElement)) return "There is no table to copy.";
  const lines = [...table.rows].map((row) =>
    [...row.cells].filter((cell) => !cell.classList.contains("cell-actions")).map((cell) => csvField(cellText(cell))).join(","));
  await navigator.clipboard.writeText(lines.join("\r\n") + "\r\n");
  return `${lines.length - 1} rows copied.`;
}
