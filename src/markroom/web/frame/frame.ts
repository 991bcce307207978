/** What every signed-in page can do: menus, dialogs, the key list, copying tables, guards against losing work. */
import "htmx.org/dist/htmx.esm.js";
import "../elements/job_progress.ts";
import { isTyping } from "../elements/keys.ts";
import { followTicks } from "./tick_all.ts";
import { copyTable } from "./copy_table.ts";
import { dismissLater, showToast } from "../elements/toast.ts";

function openDialog(id: string): void {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  dialog.showModal();
  focusField(dialog);
}

/** To the field that was refused, else to the first of a dialog, so that one can type at once. */
function focusField(dialog?: HTMLElement): void {
  const refused = (dialog ?? document).querySelector<HTMLElement>("[aria-invalid=true]:not([type=hidden])");
  const first = dialog?.querySelector<HTMLElement>("form:not([method=dialog]) :is(input:not([type=hidden]), select, textarea)");
  (refused ?? first)?.focus();
}

function closeMenus(except?: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(".rail-foot details[open]"))
    if (menu !== except) menu.open = false;
}

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const opener = target.closest<HTMLElement>("[data-open]");
  closeMenus(target.closest(".rail-foot details"));
  if (opener) { closeMenus(); openDialog(opener.dataset["open"] ?? ""); }
  target.closest("[data-dismiss]")?.closest(".toast")?.remove();
  const copy = target.closest<HTMLElement>("[data-copy-table]");
  if (copy) void copyTable(copy.dataset["copyTable"] ?? "").then((said) => showToast(said));
  const text = target.closest<HTMLElement>("[data-copy-text]");
  if (text) void navigator.clipboard.writeText(text.dataset["copyText"] ?? "").then(() => showToast("Copied."));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus();
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?") openDialog("keys");
  if (event.key === "/") {
    const search = document.querySelector<HTMLInputElement>("main input[type=search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const question = form.dataset["confirm"];
  if (form.dataset["sent"] || (question && !window.confirm(question))) event.preventDefault();
  else { delete form.dataset["changed"]; sendOnce(form, event.submitter); }
});

/** A second click on its way changes nothing more; a form that answers with a file stays on the page and may be sent again. */
function sendOnce(form: HTMLFormElement, button: HTMLElement | null): void {
  const target = button?.getAttribute("formaction") ?? form.action;
  if (form.method === "post" && !target.endsWith(".pdf")) form.dataset["sent"] = "true";
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset["sent"];
});

/* Reloading the answer to a form opens its page anew, and sends nothing a second time. */
history.replaceState(history.state, "", location.href);

/* A file that misses its place does not open instead of the page. */
for (const kind of ["dragover", "drop"] as const)
  document.addEventListener(kind, (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });

/* A form that is filled and not sent is never lost without a word. */
document.addEventListener("input", (event) => {
  const form = (event.target as Element).closest<HTMLFormElement>("form[method=post]");
  if (form) form.dataset["changed"] = "true";
});
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-changed]")) event.preventDefault();
});

document.addEventListener("change", (event) => {
  const choice = (event.target as Element).closest<HTMLInputElement>("[data-theme-choice]");
  if (!choice) return;
  document.cookie = `theme=${choice.value}; path=/; max-age=31536000; samesite=lax`;
  if (choice.value) document.documentElement.dataset["theme"] = choice.value;
  else delete document.documentElement.dataset["theme"];
});

followTicks();

/* On a phone the rooms, and the tabs of one, are bars that scroll: where one is shows. */
for (const here of document.querySelectorAll(":is(.rail-nav, .tabs) [aria-current]")) here.scrollIntoView({ inline: "center", block: "nearest" });
for (const dialog of document.querySelectorAll("dialog[data-open-now]")) openDialog(dialog.id);
if (!document.querySelector("dialog[open]")) focusField();
for (const toast of document.querySelectorAll<HTMLElement>(".toast")) dismissLater(toast);
