/** What stands around the pages: the tool bar, notices, and words where nothing is selected or nothing is there yet. */
import { html, nothing } from "lit";
import type { Job } from "../../elements/job_progress.ts";
import type { Bounds, ExamTemplate } from "../../elements/shapes.ts";
import { countAbove, countOpen, SURE, type Canvas } from "./canvas.ts";
import type { Conflict } from "./conflict.ts";
import type { FieldActs } from "./fields.ts";
import { ZOOMS } from "./paper_view.ts";

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

function tool(label: string, act: () => void, enabled = true, key = "", pressed?: boolean, name = "") {
  return html`<button type="button" class="button button-small" ?disabled=${!enabled} aria-pressed=${pressed ?? nothing} aria-label=${name || nothing} title=${name || nothing} @click=${act}>${label}${
    key ? html` <kbd aria-hidden="true">${key}</kbd>` : nothing}</button>`;
}

function editTools(bar: BarState, acts: BarActs) {
  const sure = countAbove(bar.canvas, SURE);
  return html`
    ${tool("Add question", () => acts.addQuestion(false))}
    ${tool("Add part", () => acts.addQuestion(true), bar.hasChosen)}
    ${tool("Add area", () => acts.run({ do: "add_area" }), true, "A", bar.drawing)}
    ${tool("Snap", () => acts.setSnapping(!bar.snapping), true, "", bar.snapping)}
    ${tool("↶", () => acts.run({ do: "undo" }), bar.canUndo, "", undefined, "Undo")}
    ${tool("↷", () => acts.run({ do: "redo" }), bar.canRedo, "", undefined, "Redo")}
    ${sure > 0 ? tool(`Confirm all above 90 % (${sure})`, () => acts.run({ do: "confirm_sure" })) : nothing}`;
}

export function renderBar(bar: BarState, acts: BarActs) {
  const open = countOpen(bar.canvas);
  return html`<div class="canvas-bar" role="toolbar" aria-label="Paper">
    ${bar.mayEdit ? editTools(bar, acts) : nothing}
    <span class="small quiet" role="status">${open ? `${open} to confirm` : bar.isReading ? "Being read" : "All confirmed"}</span>
    ${open ? tool("Next", () => acts.run({ do: "walk", step: 1 }), true, "", undefined, "Go to the next proposal") : nothing}
    <span class="canvas-end">
    ${tool("−", () => acts.setZoom(bar.zoom - 1), bar.zoom > 0, "", undefined, "Smaller")}
    ${tool("+", () => acts.setZoom(bar.zoom + 1), bar.zoom < ZOOMS.length - 1, "", undefined, "Larger")}
    ${bar.mayEdit ? html`<span class="small quiet canvas-saved" role="status">${bar.saving ? "Saving…" : bar.unsaved ? "Not saved yet" : "Saved"}</span>
      <button type="button" class="button button-small button-primary" ?disabled=${!bar.unsaved || bar.saving} aria-keyshortcuts="Control+S"
        @click=${() => acts.run({ do: "save" })}>Save</button>` : html`<span class="chip">Read only</span>`}
    </span>
  </div>`;
}

export function renderTrouble(trouble: string) {
  return trouble ? html`<p class="notice notice-error canvas-notice" role="alert">${trouble}</p>` : nothing;
}

/** A colleague saved first: what is theirs, and the choice between both together and theirs alone. */
export function renderConflict({ by, changes }: Conflict, resolve: (choice: "both" | "theirs") => void) {
  return html`<div class="notice notice-error canvas-notice" role="alert"><p>${by} saved this paper while you worked on it: ${changes}. Your changes are not saved yet; they are kept here.</p>
    <div class="row"><button type="button" class="button button-small button-primary" title="Where both changed the same thing, yours counts" @click=${() => resolve("both")}>Put both together</button>
      <button type="button" class="button button-small" @click=${() => resolve("theirs")}>Take theirs, drop mine</button></div></div>`;
}

export function renderDraft(savedAt: number, older: boolean, decide: (use: boolean) => void) {
  const time = new Date(savedAt).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return html`<div class="notice canvas-notice"><p>Changes from ${time} were not saved.${older ? " The paper was saved again since; both go together." : ""}</p>
    <div class="row"><button type="button" class="button button-small" @click=${() => decide(true)}>Bring them back</button>
      <button type="button" class="button button-small" @click=${() => decide(false)}>Drop them</button></div></div>`;
}

export function renderDrawing(put: (bounds: Bounds) => void) {
  return html`<p class="notice canvas-notice canvas-drawing">Draw the area on a page, or <button type="button" class="button button-small"
    @click=${() => put({ x: 0.1, y: 0.45, w: 0.8, h: 0.1 })}>put one on the page in view</button></p>`;
}

/** Beside the bar of the job that reads the paper: what may be done with what it shows. */
export function renderReading(job: Job | null, close: () => void) {
  if (job?.state === "failed") return nothing;
  return html`<p class="small quiet">${job?.state === "done" ? "The paper is read. What the machine proposes waits for you to confirm it."
    : "Proposals appear as the pages are read, and can be confirmed when all are. What you do meanwhile stays."}</p>
    ${job?.state === "done" ? html`<button type="button" class="button button-small" @click=${close}>Close</button>` : nothing}`;
}

export function renderNothingChosen(template: ExamTemplate, canvas: Canvas) {
  const warnings = [...(template.detection?.warnings ?? []), ...template.warnings];
  const isWhole = canvas.questions.length > 0 && countOpen(canvas) === 0;
  return html`<h2>Nothing selected</h2><p class="quiet">${isWhole ? "All is confirmed. Select a question to write its mark scheme, or an area to change it."
      : "Select a question or an area, or press Tab on the pages to walk through the proposals."}</p>
    ${warnings.length ? html`<h3>Where the paper is unclear</h3><ul class="stack">${warnings.map((words) => html`<li class="notice notice-doubt">${words}</li>`)}</ul>` : nothing}`;
}

export function renderNoQuestions(mayEdit: boolean, busy: boolean, detect: () => void) {
  if (busy) return html`<div class="empty canvas-empty"><h2>Reading the paper</h2><p class="quiet">Its questions appear here as they are found.</p></div>`;
  return html`<div class="empty canvas-empty"><h2>No questions yet</h2><p class="quiet">The machine reads the paper and proposes questions, marks and answer areas; you confirm them.</p>
    ${mayEdit ? html`<button type="button" class="button button-primary" @click=${detect}>Read the paper</button>` : nothing}</div>`;
}
