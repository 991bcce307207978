/** The right side of the canvas: what is selected, as fields; every drag has its number here. */
import { html, nothing } from "lit";
import type { AreaKind, AnswerType, Boundary, Question, ResponseArea } from "../../elements/shapes.ts";
import { ANSWER_TYPES, AREA_KINDS, changeAreas, changeBoundary, changeQuestion, chosenAreas, descendants, findPart, questionOf, type Canvas, type Selection } from "./canvas.ts";
import { readPages } from "./additions.ts";
import { optionsOf, readOptions, setRight } from "./points.ts";
import type { CanvasCommand } from "./keys.ts";
import "./scheme_editor.ts";
import "./spec_field.ts";

export interface FieldActs {
  /** The paper in the catalogue; empty where it is in none. */
  examId: string;
  change: (next: Canvas) => void;
  choose: (selection: Selection) => void;
  run: (command: CanvasCommand) => void;
  copyTo: (pages: readonly number[]) => void;
  removeQuestion: (id: string) => void;
}

const TYPE_WORDS: Record<AnswerType, string> = {
  mcq: "Multiple choice", short: "Short answer", lines: "Lines", long: "Long answer", numeric: "Number", table: "Table", drawing: "Drawing", graph: "Graph",
};
const KIND_WORDS: Record<AreaKind, string> = {
  answer: "Answer", mcq: "Multiple-choice box", name: "Candidate's name", candidate_number: "Candidate number", ignore: "Not marked",
};

const CHECKS: Record<AreaKind, string> = {
  answer: "Check that it holds the whole answer and nothing else.", mcq: "Check that it holds every option and nothing else.",
  name: "Check that it holds the whole name and nothing else.", candidate_number: "Check that it holds the whole number and nothing else.",
  ignore: "What is written here is nobody's answer.",
};

const text = (event: Event) => (event.target as HTMLInputElement).value;
const numberOf = (event: Event): number | null => (text(event) === "" ? null : Number(text(event)));

function numberField(label: string, id: string, value: number, change: (value: number) => void) {
  return html`<div class="field"><label for=${id}>${label}</label>
    <input id=${id} type="number" step="0.1" min="0" max="100" .value=${(value * 100).toFixed(1)}
      @change=${(event: Event) => { const typed = numberOf(event); if (typed !== null && Number.isFinite(typed)) change(typed / 100); }}></div>`;
}

function wholeField(label: string, id: string, value: number, max: number, change: (value: number) => void) {
  return html`<div class="field"><label for=${id}>${label}</label>
    <input id=${id} type="number" step="1" min="1" max=${max || nothing} .value=${String(value)}
      @change=${(event: Event) => { const typed = numberOf(event); if (typed && Number.isInteger(typed) && typed >= 1 && (!max || typed <= max)) change(typed); }}></div>`;
}

function selectField<T extends string>(label: string, id: string, value: T | "", options: [T | "", string][], change: (value: T | "") => void) {
  return html`<div class="field"><label for=${id}>${label}</label>
    <select id=${id} @change=${(event: Event) => change(text(event) as T | "")}>
      ${options.map(([key, words]) => html`<option value=${key} ?selected=${key === value}>${words}</option>`)}</select></div>`;
}

/** What is selected, as fields, and what can be done to it. */
export function renderSelected(canvas: Canvas, selection: Selection, paths: ReadonlyMap<string, string>, pageCount: number, acts: FieldActs) {
  const part = findPart(canvas, selection);
  if (!selection || !part) return null;
  const { kind } = selection;
  const question = questionOf(canvas, selection);
  const doubt = question && !question.confirmed && question.max_marks === null ? "No marks were found beside it." : "";
  const act = (words: string, command: CanvasCommand, key = "", more = "") => html`<button type="button" class="button ${more}" ?disabled=${command.do === "confirm" && part.confirmed}
    @click=${() => acts.run(command)}>${words}${key ? html` <kbd aria-hidden="true">${key}</kbd>` : nothing}</button>`;
  return html`
    ${kind === "area" ? renderAreaFields(canvas, part as ResponseArea, chosenAreas(selection), paths, pageCount, acts)
      : question ? renderQuestionFields(canvas, question, paths, doubt, acts) : nothing}
    ${kind === "boundary" ? renderBoundaryFields(canvas, part as Boundary, pageCount, acts) : nothing}
    <div class="row part-acts">
      ${act("Confirm", { do: "confirm" }, "Enter")}
      ${kind === "area" ? html`${act("Split", { do: "split" }, "S")}${act("Merge", { do: "merge" }, "M")}` : nothing}
      ${act(kind === "boundary" ? "Delete cut line" : "Delete", { do: "remove" }, "", "button-danger")}
      ${kind === "boundary" && question ? html`<button type="button" class="button button-danger" @click=${() => acts.removeQuestion(question.id)}>Delete question</button>` : nothing}
      ${kind === "question" ? act("Add cut line", { do: "add_boundary" }, "B") : nothing}
    </div>`;
}

/** Why a proposal waits for a person, in words. */
export function sayDoubt(part: { confirmed: boolean; confidence: number | null; source: string }, doubt: string): string {
  if (part.confirmed) return part.source === "auto" ? "Found by the machine, confirmed." : "";
  if (part.source !== "auto") return "Changed by hand, not confirmed yet.";
  const sure = part.confidence === null ? "Proposed by the machine." : `The machine is ${Math.round(part.confidence * 100)} % sure.`;
  return [sure, doubt].filter(Boolean).join(" ");
}

export function renderQuestionFields(canvas: Canvas, question: Question, paths: ReadonlyMap<string, string>, doubt: string, acts: FieldActs) {
  const set = (change: Partial<Question>) => acts.change(changeQuestion(canvas, question.id, change));
  const options = optionsOf(question.mcq_options);
  const below = new Set([question.id, ...descendants(canvas, question.id)]);
  const parents = canvas.questions.filter((one) => !below.has(one.id)).map((one): [string, string] => [one.id, `Part of ${paths.get(one.id) ?? one.label}`]);
  return html`
    <h2>Question ${paths.get(question.id) ?? question.label}</h2>
    <p class="small quiet">${sayDoubt(question, doubt)}</p>
    <div class="fields-row">
      <div class="field"><label for="q-label">Label</label><input id="q-label" .value=${question.label} autocomplete="off"
        @change=${(event: Event) => { if (text(event).trim()) set({ label: text(event).trim() }); }}></div>
      <div class="field"><label for="q-marks">Marks</label><input id="q-marks" type="number" min="0" step="1" .value=${question.max_marks === null ? "" : String(question.max_marks)}
        @change=${(event: Event) => { const marks = numberOf(event); if (marks === null || (Number.isInteger(marks) && marks >= 0)) set({ max_marks: marks }); }}></div>
    </div>
    ${selectField("Answer", "q-type", question.answer_type ?? "", [["", "Not said"], ...ANSWER_TYPES.map((one): [AnswerType, string] => [one, TYPE_WORDS[one]])], (one) => set({ answer_type: one || null }))}
    ${selectField("Place in the tree", "q-parent", question.parent_id ?? "", [["", "A question of its own"], ...parents], (one) => set({ parent_id: one || null }))}
    ${question.answer_type === "mcq" ? html`<div class="field"><label for="q-options">Options, with commas between</label>
      <input id="q-options" autocomplete="off" .value=${options.map((one) => one.label).join(", ")}
        @change=${(event: Event) => set({ mcq_options: readOptions(text(event), question.mcq_options) })}></div>
      ${selectField("Right option", "q-right", options.find((one) => one.correct)?.label ?? "", [["", "Not said"], ...options.map((one): [string, string] => [one.label, one.label])],
        (right) => { if (right) set(setRight(question.mcq_options, question.mark_scheme, right, question.max_marks)); })}` : nothing}
    <spec-field exam-id=${acts.examId} .value=${question.spec_ref ?? ""} @refer=${(event: CustomEvent<string>) => set({ spec_ref: event.detail || null })}></spec-field>
    <scheme-editor .scheme=${question.mark_scheme} .marks=${question.max_marks} @scheme=${(event: CustomEvent<unknown>) => set({ mark_scheme: event.detail })}></scheme-editor>`;
}

/** Fields of an area; of several chosen ones, what can be said of all. */
export function renderAreaFields(canvas: Canvas, area: ResponseArea, ids: readonly string[], paths: ReadonlyMap<string, string>, pageCount: number, acts: FieldActs) {
  const set = (change: Partial<ResponseArea>) => acts.change(changeAreas(canvas, ids, change));
  const questions = canvas.questions.map((one): [string, string] => [one.id, paths.get(one.id) ?? one.label]);
  const alone = ids.length === 1;
  return html`
    <h2>${alone ? `Area${area.question_id ? ` of question ${paths.get(area.question_id) ?? ""}` : ""}` : `${ids.length} areas`}</h2>
    ${alone ? html`<p class="small quiet">${sayDoubt(area, CHECKS[area.kind])}</p>` : nothing}
    ${area.question_id || area.kind === "answer" || area.kind === "mcq"
      ? selectField("Question", "a-question", area.question_id ?? "", [["", "None"], ...questions], (one) => set({ question_id: one || null })) : nothing}
    ${selectField("Kind", "a-kind", area.kind, AREA_KINDS.map((one): [AreaKind, string] => [one, KIND_WORDS[one]]), (one) => { if (one) set({ kind: one }); })}
    ${wholeField("Page", "a-page", area.page, pageCount, (page) => set({ page }))}
    ${alone ? renderPlace(canvas, area, acts) : nothing}
    <form class="field" @submit=${(event: Event) => { event.preventDefault(); const typed = new FormData(event.target as HTMLFormElement).get("pages"); acts.copyTo(readPages(String(typed), pageCount)); }}>
      <label for="a-copy">Copy to pages</label><span class="hint" id="a-copy-hint">For example 3, 5-8</span>
      <div class="row"><input id="a-copy" name="pages" autocomplete="off" aria-describedby="a-copy-hint"><button class="button button-small">Copy</button></div></form>`;
}

function renderPlace(canvas: Canvas, area: ResponseArea, acts: FieldActs) {
  const set = (change: Partial<typeof area.bounds>) => acts.change(changeAreas(canvas, [area.id], { bounds: { ...area.bounds, ...change } }));
  return html`<fieldset><legend class="small">Place on the page, in per cent</legend><div class="place-fields">
      ${numberField("Left", "a-x", area.bounds.x, (x) => set({ x }))}
      ${numberField("Top", "a-y", area.bounds.y, (y) => set({ y }))}
      ${numberField("Width", "a-w", area.bounds.w, (w) => set({ w }))}
      ${numberField("Height", "a-h", area.bounds.h, (h) => set({ h }))}
    </div></fieldset>`;
}

export function renderBoundaryFields(canvas: Canvas, boundary: Boundary, pageCount: number, acts: FieldActs) {
  const set = (change: Partial<Boundary>) => acts.change(changeBoundary(canvas, boundary.id, change));
  return html`<fieldset class="stack"><legend>Where it begins</legend><div class="fields-row">
    ${wholeField("Page", "b-page", boundary.page, pageCount, (page) => set({ page }))}
    ${numberField("From the top, %", "b-y", boundary.y, (y) => set({ y }))}
  </div></fieldset>`;
}
