/** A short word in the corner that goes away by itself; errors stay until closed. */

export function dismissLater(toast: HTMLElement): void {
  if (toast.dataset["kind"] !== "error") setTimeout(() => toast.remove(), 6000);
}

export function showToast(text: string, kind: "" | "right" | "error" = ""): void {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset["kind"] = kind;
  const said = document.createElement("span");
  said.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button-small button-quiet";
  close.dataset["dismiss"] = "";
  close.textContent = "Close";
  toast.append(said, close);
  document.getElementById("toasts")?.append(toast);
  dismissLater(toast);
}
