/** What every signed-in page can do: menus, dialogs, the key list, copying tables, guards against losing work. */
import "htmx.org/dist/htmx.esm.js";
import "../elements/job_progress.ts";
import { isTyping } from "../elements/keys.ts";
import { copyTable } from "./copy_table.ts";
import { dismissLater, showToast } from "../elements/toast.ts";

function openDialog(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
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
  if (question && !window.confirm(question)) event.preventDefault();
  else delete form.dataset["changed"];
});

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

/* On a phone the rooms are a bar that scrolls: the room one is in shows. */
document.querySelector(".rail-nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
for (const dialog of document.querySelectorAll("dialog[data-open-now]")) openDialog(dialog.id);
for (const toast of document.querySelectorAll<HTMLElement>(".toast")) dismissLater(toast);
