/** What the elements ask of the keyboard. */

/** True while the key belongs to a field, so that page keys must leave it alone. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit", "range"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

export function inDialog(): boolean {
  return document.querySelector("dialog[open]") !== null;
}
