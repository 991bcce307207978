/** Keys of the paper canvas while its pages have the focus. */

export type CanvasCommand =
  | { do: "walk"; step: 1 | -1 }
  | { do: "nudge" | "resize"; dx: number; dy: number }
  | { do: "confirm" | "split" | "merge" | "remove" | "undo" | "redo" | "save" | "add_area" | "add_boundary" | "deselect" | "fields"
      | "choose_page" | "choose_next" | "copy" | "paste" | "snap" | "confirm_sure" };

type Pressed = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;

/** A nudge in fractions of the page: about a third of a millimetre on A4, ten times that with Alt. */
export const NUDGE = 0.0015;

const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PLAIN: Record<string, "confirm" | "split" | "merge" | "remove" | "add_area" | "add_boundary" | "deselect" | "fields" | "choose_next" | "snap"> = {
  Enter: "confirm", s: "split", m: "merge", Delete: "remove", Backspace: "remove", a: "add_area", b: "add_boundary", Escape: "deselect", f: "fields", e: "choose_next", k: "snap",
};

const CHOSEN: Record<string, CanvasCommand> = { a: { do: "choose_page" }, c: { do: "copy" }, v: { do: "paste" } };

/** Undo, redo and save: these work anywhere on the page but in fields. */
export function pageCommand(pressed: Pressed): CanvasCommand | null {
  if (!pressed.ctrlKey && !pressed.metaKey) return null;
  const key = pressed.key.toLowerCase();
  if (key === "z") return { do: pressed.shiftKey ? "redo" : "undo" };
  if (key === "y") return { do: "redo" };
  return key === "s" ? { do: "save" } : null;
}

export function canvasCommand(pressed: Pressed): CanvasCommand | null {
  if (pressed.ctrlKey || pressed.metaKey) return CHOSEN[pressed.key.toLowerCase()] ?? pageCommand(pressed);
  if (pressed.key === "Tab") return { do: "walk", step: pressed.shiftKey ? -1 : 1 };
  const arrow = ARROWS[pressed.key];
  if (arrow) {
    const by = pressed.altKey ? NUDGE * 10 : NUDGE;
    return { do: pressed.shiftKey ? "resize" : "nudge", dx: arrow[0] * by, dy: arrow[1] * by };
  }
  const plain = PLAIN[pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key];
  return plain && !pressed.altKey ? { do: plain } : null;
}
