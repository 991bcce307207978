/** How digits become marks: one digit is a mark up to 9, above that digits wait for Enter; `.` adds a half. */

export interface Typing { digits: string; half: boolean }
export interface Typed { typing: Typing; marks: number | null; refused: string }

export const NOTHING_TYPED: Typing = { digits: "", half: false };

export function typedMarks(typing: Typing): number | null {
  if (typing.digits === "" && !typing.half) return null;
  return Number(typing.digits || "0") + (typing.half ? 0.5 : 0);
}

export function typeDigit(typing: Typing, digit: string, maxMarks: number): Typed {
  const next = { ...typing, digits: maxMarks > 9 ? (typing.digits + digit).replace(/^0+(?=\d)/, "") : digit };
  const marks = typedMarks(next) ?? 0;
  if (marks > maxMarks) return { typing: NOTHING_TYPED, marks: null, refused: `No more than ${sayMarks(maxMarks)} here.` };
  return maxMarks > 9 ? { typing: next, marks: null, refused: "" } : { typing: NOTHING_TYPED, marks, refused: "" };
}

export function typeHalf(typing: Typing, maxMarks: number): Typed {
  const next = { ...typing, half: !typing.half };
  if ((typedMarks(next) ?? 0) > maxMarks) return { typing, marks: null, refused: `No more than ${sayMarks(maxMarks)} here.` };
  return { typing: next, marks: null, refused: "" };
}

export function showMarks(marks: number): string {
  const whole = Math.floor(marks);
  const half = marks - whole === 0.5;
  return half ? `${whole || ""}½` : String(marks);
}

export function sayMarks(marks: number): string {
  return `${showMarks(marks)} ${marks === 1 || marks === 0.5 ? "mark" : "marks"}`;
}
