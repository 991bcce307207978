/** Long lists to choose from are narrowed as one types; what is chosen stays in sight. */

/** Whether a text holds every word typed, however it is written. */
export function holds(text: string, typed: string): boolean {
  const said = text.toLocaleLowerCase();
  return typed.toLocaleLowerCase().split(/\s+/).every((word) => said.includes(word));
}

/** A name and the hint under it are words of their own. */
const wordsOf = (choice: HTMLElement) => [...choice.querySelectorAll("span")].map((one) => one.firstChild?.textContent ?? "").join(" ");

function narrowChoices(list: HTMLElement, typed: string): number {
  const choices = [...list.querySelectorAll<HTMLElement>(".choice")];
  for (const one of choices) one.hidden = !one.querySelector("input:checked") && !holds(wordsOf(one), typed);
  return choices.filter((one) => !one.hidden).length;
}

function narrowOptions(select: HTMLSelectElement, all: readonly HTMLOptionElement[], typed: string): number {
  const shown = all.filter((one) => !one.value || one.selected || holds(one.text, typed));
  select.replaceChildren(...shown);
  return shown.filter((one) => one.value).length;
}

function follow(field: HTMLInputElement): void {
  const list = document.getElementById(field.dataset["narrow"] ?? "");
  if (!list) return;
  const options = list instanceof HTMLSelectElement ? [...list.options] : [];
  const said = field.parentElement?.querySelector("[role=status]");
  field.addEventListener("input", () => {
    const count = list instanceof HTMLSelectElement ? narrowOptions(list, options, field.value) : narrowChoices(list, field.value);
    if (said) said.textContent = field.value.trim() ? `${count} shown` : "";
  });
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); }); // the form is not done yet
}

if (typeof document !== "undefined") document.querySelectorAll<HTMLInputElement>("[data-narrow]").forEach(follow);
