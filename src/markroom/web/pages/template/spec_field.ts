/** `<spec-field exam-id>`: what a question examines, completed from the paper's specification; fires `refer` with what was typed. */
import { html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ApiError, get } from "../../elements/api.ts";
import { LightElement } from "../../elements/light_element.ts";

interface Reference { value: string; label: string }

const fetched = new Map<string, Promise<Reference[]>>();

/** All references of a paper's specification, asked for once a page; none where it is in no catalogue. */
function referencesOf(examId: string): Promise<Reference[]> {
  const known = fetched.get(examId);
  if (known) return known;
  const asked = get<{ options: Reference[] }>(`/api/exam/catalogue/spec-refs?exam_id=${examId}&limit=200`).then((body) => body.options)
    .catch((error: unknown) => { if (error instanceof ApiError) return []; throw error; });
  fetched.set(examId, asked);
  return asked;
}

/** Several references stand with commas between: the last one is being typed. */
export function completions(typed: string, references: readonly Reference[]): Reference[] {
  const before = typed.includes(",") ? `${typed.slice(0, typed.lastIndexOf(",")).trim()}, ` : "";
  return references.map(({ value, label }) => ({ value: before + value, label }));
}

@customElement("spec-field")
export class SpecField extends LightElement {
  @property({ attribute: "exam-id" }) examId = "";
  @property({ attribute: false }) value = "";
  @state() private references: readonly Reference[] = [];
  @state() private typed = "";

  private async open(): Promise<void> {
    this.typed = this.value;
    if (this.examId) this.references = await referencesOf(this.examId);
  }

  override render() {
    const typed = (event: Event) => (event.target as HTMLInputElement).value;
    return html`<div class="field"><label for="q-spec">Examines</label><span class="hint" id="q-spec-hint">Points of the specification, with commas between</span>
      <input id="q-spec" list="q-spec-options" autocomplete="off" maxlength="200" aria-describedby="q-spec-hint" .value=${this.value}
        @focus=${() => void this.open()} @input=${(event: Event) => { this.typed = typed(event); }}
        @change=${(event: Event) => this.dispatchEvent(new CustomEvent<string>("refer", { detail: typed(event).trim() }))}>
      <datalist id="q-spec-options">${completions(this.typed, this.references).map((one) => html`<option value=${one.value}>${one.label}</option>`)}</datalist></div>`;
  }
}
