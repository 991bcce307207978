/** Undo and redo over canvases; a drag or a run of nudges is one step. */
import type { Canvas } from "./canvas.ts";

const STEPS = 200;

export class History {
  private past: Canvas[] = [];
  private future: Canvas[] = [];
  private run = "";

  constructor(public present: Canvas) {}

  /** `run` names a gesture: changes of one run count as one step. */
  change(next: Canvas, run = ""): void {
    if (next === this.present) return;
    if (!run || run !== this.run) this.past = [...this.past.slice(-STEPS + 1), this.present];
    this.run = run;
    this.future = [];
    this.present = next;
  }

  endRun(): void { this.run = ""; }

  undo(): boolean {
    const before = this.past.pop();
    if (!before) return false;
    this.future.push(this.present);
    this.present = before;
    this.run = "";
    return true;
  }

  redo(): boolean {
    const after = this.future.pop();
    if (!after) return false;
    this.past.push(this.present);
    this.present = after;
    this.run = "";
    return true;
  }

  get canUndo(): boolean { return this.past.length > 0; }
  get canRedo(): boolean { return this.future.length > 0; }
}
