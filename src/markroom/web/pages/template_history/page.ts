/** `<import-scheme template-id version>`: a mark scheme as CSV, looked at before it is laid over the paper. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ApiError, sayError } from "../../elements/api.ts";
import { LightElement } from "../../elements/light_element.ts";
import { sendFile } from "../../elements/send_file.ts";
import "./scheme_proposals.ts";

interface Fault { row: number; question: string; message: string }
interface Outcome { updated: string[]; unmatched: string[]; errors: Fault[] }

@customElement("import-scheme")
export class ImportScheme extends LightElement {
  @property({ attribute: "template-id" }) templateId = "";
  @property() version = "";
  @state() private file: File | null = null;
  @state() private outcome: Outcome | null = null;
  @state() private busy = false;
  @state() private trouble = "";

  private async send(dryRun: boolean): Promise<void> {
    if (!this.file) return;
    this.busy = true;
    this.trouble = "";
    try {
      const url = `/api/exam/templates/${this.templateId}/mark-scheme?dry_run=${dryRun}`;
      this.outcome = (await sendFile<Outcome>(url, this.file, () => undefined, { "If-Match": `"${this.version}"` })).body;
      if (!dryRun) window.location.assign(`/exams/${this.templateId}`);
    } catch (error) {
      this.trouble = error instanceof ApiError && error.status === 412 ? "Somebody changed this paper meanwhile. Reload the page and look again." : sayError(error);
    }
    this.busy = false;
  }

  private choose(files: FileList | null): void {
    this.file = files?.[0] ?? null;
    this.outcome = null;
    void this.send(true);
  }

  private renderOutcome({ updated, unmatched, errors }: Outcome) {
    return html`<div class="stack" role="status">
      <p>${updated.length ? `Changes ${updated.length} ${updated.length === 1 ? "question" : "questions"}: ${updated.join(", ")}.` : "Changes nothing."}</p>
      ${unmatched.length ? html`<p class="notice notice-doubt">This paper has no question ${unmatched.join(", ")}. Those rows are left out.</p>` : nothing}
      ${errors.length ? html`<div class="notice notice-error"><p>Put these rows right first; nothing was changed:</p>
        <ul>${errors.map((one) => html`<li>Row ${one.row}, question ${one.question}: ${one.message}</li>`)}</ul></div>` : nothing}
    </div>`;
  }

  override render() {
    const ready = this.outcome !== null && this.outcome.errors.length === 0 && this.outcome.updated.length > 0;
    return html`<div class="stack">
      <div class="field"><label for="scheme-file">Mark scheme as CSV</label>
        <input id="scheme-file" type="file" accept=".csv,text/csv" @change=${(event: Event) => this.choose((event.target as HTMLInputElement).files)}></div>
      ${this.trouble ? html`<p class="notice notice-error" role="alert">${this.trouble}</p>` : nothing}
      ${this.outcome ? this.renderOutcome(this.outcome) : nothing}
      <div><button type="button" class="button" ?disabled=${!ready || this.busy} @click=${() => void this.send(false)}>Lay it over the paper</button></div>
    </div>`;
  }
}

