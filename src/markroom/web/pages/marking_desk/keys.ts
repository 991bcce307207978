/** The marking desk's keys, as SCREENS names them: from the key pressed to what is meant. */

export type Command =
  | { do: "digit"; digit: string }
  | { do: "point"; index: number }
  | { do: "half" | "enter" | "erase" | "not_attempted" | "query" | "comment" | "undo" | "back" | "forward" | "page" | "zoom" | "ink" | "leave" | "keep" };

type Pressed = Pick<KeyboardEvent, "key" | "code" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;

const LETTERS: Record<string, Command["do"]> = {
  n: "not_attempted", q: "query", c: "comment", u: "undo", p: "page", z: "zoom", i: "ink", m: "keep",
};
const NAMED: Record<string, Command["do"]> = {
  ".": "half", ",": "half", Enter: "enter", Backspace: "erase", ArrowLeft: "back", ArrowRight: "forward", Escape: "leave",
};

export function commandFor(pressed: Pressed): Command | null {
  if ((pressed.ctrlKey || pressed.metaKey) && pressed.key.toLowerCase() === "z") return { do: "undo" };
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(pressed.code)?.[1];
  if (pressed.shiftKey && digit) return digit === "0" ? null : { do: "point", index: Number(digit) - 1 };
  if (/^\d$/.test(pressed.key)) return { do: "digit", digit: pressed.key };
  const name = NAMED[pressed.key] ?? LETTERS[pressed.key.toLowerCase()];
  return name ? ({ do: name } as Command) : null;
}
