/** `<scheme-editor>`: a question's mark scheme point by point, or as lines to type and paste; fires `scheme` with the new one. */
import { html, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { LightElement } from "../../elements/light_element.ts";
import type { SchemePoint } from "../../elements/shapes.ts";
import { changePoint, isLevel, movePoint, pointsOf, readPoints, schemeMarks, settingsOf, withPoints, withSettings, writePoints } from "./points.ts";

const LISTS: ["alternatives" | "accept" | "reject" | "depends_on", string][] = [
  ["alternatives", "Or instead"], ["accept", "Accept"], ["reject", "Do not accept"], ["depends_on", "Only with (codes)"],
];
const lines = (typed: string) => typed.split("\n").map((line) => line.trim()).filter(Boolean);
const typed = (event: Event) => (event.target as HTMLInputElement).value;

@customElement("scheme-editor")
export class SchemeEditor extends LightElement {
  @property({ attribute: false }) scheme: unknown = null;
  @property({ attribute: false }) marks: number | null = null;
  @state() private asText = false;
  /** The point just added, whose words come next. */
  private added = -1;

  private tell(scheme: unknown): void { this.dispatchEvent(new CustomEvent<unknown>("scheme", { detail: scheme })); }
  private tellPoints(points: SchemePoint[]): void { this.tell(withPoints(this.scheme, points)); }
  private set(index: number, change: Partial<SchemePoint>): void { this.tellPoints(changePoint(pointsOf(this.scheme), index, change)); }

  private add(point: SchemePoint): void {
    const points = [...pointsOf(this.scheme), point];
    this.added = points.length - 1;
    this.tellPoints(points);
  }

  override updated(changes: PropertyValues<this>): void {
    if (this.added < 0 || !changes.has("scheme")) return;
    this.querySelector<HTMLTextAreaElement>(`#point-text-${this.added}`)?.select();
    this.added = -1;
  }

  private renderNumber(index: number, key: "marks" | "marks_from", label: string, value: number | null | undefined) {
    const change = (event: Event) => { const text = typed(event); if (text === "" || Number(text) >= 0) this.set(index, { [key]: text === "" ? null : Number(text) }); };
    return html`<div class="field"><label for="point-${key}-${index}">${label}</label>
      <input id="point-${key}-${index}" type="number" min="0" step="0.5" .value=${value === null || value === undefined ? "" : String(value)} @change=${change}></div>`;
  }

  private renderMore(point: SchemePoint, index: number) {
    const filled = LISTS.some(([key]) => point[key]?.length);
    return html`<details ?open=${filled}><summary class="small">Alternatives, accept, reject</summary>${LISTS.map(([key, label]) => html`
      <div class="field"><label for="point-${key}-${index}">${label}</label><textarea id="point-${key}-${index}" rows="1"
        .value=${(point[key] ?? []).join("\n")} @change=${(event: Event) => this.set(index, { [key]: lines(typed(event)) })}></textarea></div>`)}</details>`;
  }

  private renderPoint(point: SchemePoint, index: number, count: number) {
    const name = point.code || `point ${index + 1}`;
    return html`<li class="scheme-point">
      <div class="fields-row">
        <div class="field"><label for="point-code-${index}">Code</label><input id="point-code-${index}" autocomplete="off" maxlength="20" .value=${point.code ?? ""}
          @change=${(event: Event) => this.set(index, { code: typed(event).trim() })}></div>
        ${isLevel(point) ? this.renderNumber(index, "marks_from", "From", point.marks_from) : nothing}
        ${this.renderNumber(index, "marks", isLevel(point) ? "To" : "Marks", point.marks)}
      </div>
      <div class="field"><label for="point-text-${index}">What earns it</label><textarea id="point-text-${index}" rows="2" .value=${point.text}
        @change=${(event: Event) => { if (typed(event).trim()) this.set(index, { text: typed(event).trim() }); }}></textarea></div>
      ${this.renderMore(point, index)}
      <div class="row">
        <button type="button" class="button button-small" aria-label="Move ${name} up" ?disabled=${index === 0} @click=${() => this.tellPoints(movePoint(pointsOf(this.scheme), index, -1))}>↑</button>
        <button type="button" class="button button-small" aria-label="Move ${name} down" ?disabled=${index === count - 1} @click=${() => this.tellPoints(movePoint(pointsOf(this.scheme), index, 1))}>↓</button>
        <button type="button" class="button button-small button-danger" aria-label="Remove ${name}" @click=${() => this.tellPoints(pointsOf(this.scheme).filter((_, place) => place !== index))}>Remove</button>
      </div></li>`;
  }

  private renderText() {
    return html`<div class="field"><label for="q-scheme">Mark scheme as text</label><span class="hint" id="q-scheme-hint">One point a line: M1 (1) What earns it</span>
      <textarea id="q-scheme" rows="8" aria-describedby="q-scheme-hint" .value=${writePoints(this.scheme)}
        @change=${(event: Event) => this.tell(readPoints(typed(event), this.scheme))}></textarea></div>`;
  }

  private renderSettings() {
    const { notes, allow_half_marks } = settingsOf(this.scheme);
    return html`<label class="choice"><input type="checkbox" .checked=${allow_half_marks ?? false}
        @change=${(event: Event) => this.tell(withSettings(this.scheme, { allow_half_marks: (event.target as HTMLInputElement).checked }))}> Half marks may be given</label>
      <div class="field"><label for="scheme-notes">Notes for markers</label><textarea id="scheme-notes" rows="2" .value=${notes ?? ""}
        @change=${(event: Event) => this.tell(withSettings(this.scheme, { notes: typed(event).trim() || null }))}></textarea></div>`;
  }

  override render() {
    const points = pointsOf(this.scheme);
    const given = schemeMarks(points);
    const agrees = this.marks === null || points.length === 0 || given >= this.marks;
    return html`<fieldset class="stack scheme"><legend>Mark scheme</legend>
      ${points.length ? html`<p class="small ${agrees ? "quiet" : "refused"}" role="status">${given} of ${this.marks ?? "?"} marks described</p>` : nothing}
      ${points.length || this.asText ? nothing : html`<p class="small"><a href="${location.pathname}/history#scheme">Bring in the whole paper’s mark scheme from its PDF</a></p>`}
      ${this.asText ? this.renderText() : html`<ol class="stack scheme-points">${points.map((point, index) => this.renderPoint(point, index, points.length))}</ol>`}
      <div class="row">
        ${this.asText ? nothing : html`<button type="button" class="button button-small" @click=${() => this.add({ code: "B1", text: "…", marks: 1 })}>Add point</button>
          <button type="button" class="button button-small" @click=${() => this.add({ code: `L${points.filter(isLevel).length + 1}`, text: "…", marks_from: 1, marks: 2 })}>Add level</button>`}
        <button type="button" class="button button-small" aria-pressed=${this.asText} @click=${() => { this.asText = !this.asText; }}>As text</button>
      </div>
      ${this.renderSettings()}</fieldset>`;
  }
}
