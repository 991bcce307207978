/** What stands around the pages: the tool bar, notices, and words where nothing is selected or nothing is there yet. */
import { html, nothing } from "lit";
import type { Job } from "../../elements/job_progress.ts";
import type { Bounds, ExamTemplate } from "../../elements/shapes.ts";
import { confirmAbove, countAbove, countOpen, type Canvas } from "./canvas.ts";
import type { FieldActs } from "./fields.ts";
import { ZOOMS } from "./paper_view.ts";

export const SURE = 0.9;

export interface BarState {
  canvas: Canvas;
  mayEdit: boolean;
  isReading: boolean;
  hasChosen: boolean;
  drawing: boolean;
  snapping: boolean;
  canUndo: boolean;
  canRedo: boolean;
  zoom: number;
  unsaved: boolean;
  saving: boolean;
}

export interface BarActs extends FieldActs {
  addQuestion: (below: boolean) => void;
  setZoom: (zoom: number) => void;
  setSnapping: (snapping: boolean) => void;
}

function tool(label: string, act: () => void, enabled = true, key = "", pressed?: boolean) {
  return html`<button type="button" class="button button-small" ?disabled=${!enabled} aria-pressed=${pressed ?? nothing} @click=${act}>${label}${
    key ? html` <kbd aria-hidden="true">${key}</kbd>` : nothing}</button>`;
}

function editTools(bar: BarState, acts: BarActs) {
  const sure = countAbove(bar.canvas, SURE);
  return html`
    ${tool("Add question", () => acts.addQuestion(false))}
    ${tool("Add part", () => acts.addQuestion(true), bar.hasChosen)}
    ${tool("Add area", () => acts.run({ do: "add_area" }), true, "A", bar.drawing)}
    ${tool("Snap", () => acts.setSnapping(!bar.snapping), true, "", bar.snapping)}
    ${tool("Undo", () => acts.run({ do: "undo" }), bar.canUndo)}
    ${tool("Redo", () => acts.run({ do: "redo" }), bar.canRedo)}
    ${sure > 0 ? tool(`Confirm all above 90 % (${sure})`, () => acts.change(confirmAbove(bar.canvas, SURE))) : nothing}`;
}

export function renderBar(bar: BarState, acts: BarActs) {
  const open = countOpen(bar.canvas);
  return html`<div class="canvas-bar" role="toolbar" aria-label="Paper">
    ${bar.mayEdit ? editTools(bar, acts) : nothing}
    <span class="small quiet" role="status">${open ? `${open} to confirm` : bar.isReading ? "Being read" : "All confirmed"}</span>
    <span class="canvas-gap"></span>
    ${tool("Smaller", () => acts.setZoom(bar.zoom - 1), bar.zoom > 0)}
    ${tool("Larger", () => acts.setZoom(bar.zoom + 1), bar.zoom < ZOOMS.length - 1)}
    ${bar.mayEdit ? html`<span class="small quiet canvas-saved" role="status">${bar.saving ? "Saving…" : bar.unsaved ? "Not saved yet" : "Saved"}</span>
      <button type="button" class="button button-small button-primary" ?disabled=${!bar.unsaved || bar.saving} aria-keyshortcuts="Control+S"
        @click=${() => acts.run({ do: "save" })}>Save</button>` : html`<span class="chip">Read only</span>`}
  </div>`;
}

/** What could not be saved and why; after a colleague's save, the choice between the two. */
export function renderTrouble(trouble: string, stale: boolean, resolve: (choice: "mine" | "theirs") => void) {
  if (!trouble) return nothing;
  return html`<div class="notice notice-error canvas-notice" role="alert"><p>${trouble}${stale ? " Your changes are kept here." : ""}</p>
    ${stale ? html`<div class="row"><button type="button" class="button button-small" @click=${() => resolve("mine")}>Save mine over it</button>
      <button type="button" class="button button-small" @click=${() => resolve("theirs")}>Take theirs, drop mine</button></div>` : nothing}</div>`;
}

export function renderDraft(savedAt: number, older: boolean, decide: (use: boolean) => void) {
  const time = new Date(savedAt).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return html`<div class="notice canvas-notice"><p>Changes from ${time} were not saved.${older ? " The template has changed since." : ""}</p>
    <div class="row"><button type="button" class="button button-small" @click=${() => decide(true)}>Bring them back</button>
      <button type="button" class="button button-small" @click=${() => decide(false)}>Drop them</button></div></div>`;
}

export function renderDrawing(put: (bounds: Bounds) => void) {
  return html`<p class="notice canvas-notice">Draw the area on a page, or <button type="button" class="button button-small"
    @click=${() => put({ x: 0.1, y: 0.45, w: 0.8, h: 0.1 })}>put one on the page in view</button></p>`;
}

/** Beside the bar of the job that reads the paper: what may be done with what it shows. */
export function renderReading(job: Job | null) {
  if (job?.state === "failed") return nothing;
  return html`<p class="small quiet">${job?.state === "done" ? "The paper is read. What the machine proposes waits for you to confirm it."
    : "Proposals appear as the pages are read, and can be confirmed when all are. What you do meanwhile stays."}</p>`;
}

export function renderNothingChosen(template: ExamTemplate) {
  const warnings = [...(template.detection?.warnings ?? []), ...template.warnings];
  return html`<h2>Nothing selected</h2><p class="quiet">Select a question or an area, or press Tab on the pages to walk through the proposals.</p>
    ${warnings.length ? html`<h3>Where the paper is unclear</h3><ul class="stack">${warnings.map((words) => html`<li class="notice notice-doubt">${words}</li>`)}</ul>` : nothing}`;
}

export function renderNoQuestions(mayEdit: boolean, busy: boolean, detect: () => void) {
  return html`<div class="empty canvas-empty"><h2>No questions yet</h2><p class="quiet">The machine reads the paper and proposes questions, marks and answer areas; you confirm them.</p>
    ${mayEdit ? html`<button type="button" class="button button-primary" ?disabled=${busy} @click=${detect}>Read the paper</button>` : nothing}</div>`;
}
