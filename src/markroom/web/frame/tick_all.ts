/** A box that ticks, or clears, all of a table; half-way where only some are ticked. */

/** What the box shows of the others. */
export function stateOf(ticks: readonly boolean[]): { checked: boolean; indeterminate: boolean } {
  const ticked = ticks.filter(Boolean).length;
  return { checked: ticked > 0 && ticked === ticks.length, indeterminate: ticked > 0 && ticked < ticks.length };
}

function boxesOf(all: HTMLInputElement): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>(`#${all.dataset["tickAll"]} input[type=checkbox]`)];
}

function show(all: HTMLInputElement): void {
  Object.assign(all, stateOf(boxesOf(all).map((box) => box.checked)));
}

export function followTicks(): void {
  const heads = [...document.querySelectorAll<HTMLInputElement>("[data-tick-all]")];
  heads.forEach(show);
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if (heads.includes(box)) for (const one of boxesOf(box)) one.checked = box.checked;
    else heads.forEach(show);
  });
}
