/** `<scheme-proposals template-id>`: a mark scheme read from its PDF, looked through by a person and taken question by question. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { sayError, send } from "../../elements/api.ts";
import type { Job } from "../../elements/job_progress.ts";
import "../../elements/job_progress.ts";
import { LightElement } from "../../elements/light_element.ts";
import { sendFile } from "../../elements/send_file.ts";
import { writePoints } from "../template/points.ts";

export interface Proposal { question_id: string; path: string; confidence: number; page: number; mark_scheme: unknown; replaces: boolean }
interface Reading { proposals: Proposal[]; unmatched_labels: string[]; missing_paths: string[]; warnings: string[] }

const SURE = 0.9;

/** What is taken unless a person decides otherwise: what is sure and replaces nothing. */
export function takenAtFirst(proposals: readonly Proposal[]): Set<string> {
  return new Set(proposals.filter((one) => one.confidence >= SURE && !one.replaces).map((one) => one.question_id));
}

@customElement("scheme-proposals")
export class SchemeProposals extends LightElement {
  @property({ attribute: "template-id" }) templateId = "";
  @state() private job = "";
  @state() private reading: Reading | null = null;
  @state() private chosen: ReadonlySet<string> = new Set();
  @state() private taken = -1;
  @state() private trouble = "";

  private async read(files: FileList | null): Promise<void> {
    const file = files?.[0];
    if (!file) return;
    this.trouble = "";
    this.reading = null;
    try {
      const stored = (await sendFile<{ id: string }>("/api/files", file, () => undefined)).body;
      const body = { source_file_id: stored.id };
      this.job = (await send<{ job: { id: string } }>("POST", `/api/exam/templates/${this.templateId}/scheme`, { body })).body.job.id;
    } catch (error) {
      this.trouble = sayError(error);
    }
  }

  private done({ state, result }: Job): void {
    if (state !== "done") return;
    this.job = "";
    this.reading = result as Reading;
    this.chosen = takenAtFirst(this.reading.proposals);
  }

  private tick(id: string): void {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(id)) chosen.add(id);
    this.chosen = chosen;
  }

  /** One after the other: each is a change of its own in the paper's history. */
  private async take(): Promise<void> {
    this.trouble = "";
    this.taken = 0;
    try {
      for (const one of this.reading?.proposals ?? []) {
        if (!this.chosen.has(one.question_id)) continue;
        await send("PATCH", `/api/exam/questions/${one.question_id}`, { body: { mark_scheme: one.mark_scheme } });
        this.taken += 1;
      }
      window.location.assign(`/exams/${this.templateId}`);
    } catch (error) {
      this.trouble = sayError(error);
      this.taken = -1;
    }
  }

  private renderProposal(one: Proposal) {
    const id = `take-${one.question_id}`;
    return html`<tr><td><input type="checkbox" id=${id} .checked=${this.chosen.has(one.question_id)} @change=${() => this.tick(one.question_id)}></td>
      <th scope="row"><label for=${id}>${one.path}</label></th>
      <td class="scheme-text" data-label="Points">${writePoints(one.mark_scheme)}</td>
      <td data-label="Sure" class="number">${Math.round(one.confidence * 100)} %</td>
      <td data-label="Page" class="number">${one.page}</td>
      <td>${one.replaces ? html`<span class="chip chip-doubt">Replaces what is there</span>` : nothing}</td></tr>`;
  }

  private renderReading({ proposals, unmatched_labels, missing_paths, warnings }: Reading) {
    return html`<div class="stack" role="status">
      ${[...warnings,
        unmatched_labels.length ? `This paper has no question ${unmatched_labels.join(", ")}.` : "",
        missing_paths.length ? `Nothing was found for ${missing_paths.join(", ")}.` : ""].filter(Boolean).map((words) => html`<p class="notice notice-doubt">${words}</p>`)}
      ${proposals.length ? html`<div class="table-scroll"><table class="cards"><caption class="unseen">Points found, by question</caption>
        <thead><tr><th scope="col"><span class="unseen">Take</span></th><th scope="col">Question</th><th scope="col">Points</th><th scope="col" class="number">Sure</th><th scope="col" class="number">Page</th><th scope="col"><span class="unseen">Note</span></th></tr></thead>
        <tbody>${proposals.map((one) => this.renderProposal(one))}</tbody></table></div>
        <div><button type="button" class="button button-primary" ?disabled=${this.chosen.size === 0 || this.taken >= 0} @click=${() => void this.take()}>
          ${this.taken < 0 ? `Take ${this.chosen.size}` : `${this.taken} of ${this.chosen.size} taken`}</button></div>`
        : html`<p>No points were found in this PDF.</p>`}</div>`;
  }

  override render() {
    return html`<div class="stack">
      <div class="field"><label for="scheme-pdf">Mark scheme as PDF</label><span class="hint" id="scheme-pdf-hint">As the board prints it. You choose what is taken.</span>
        <input id="scheme-pdf" type="file" accept="application/pdf" aria-describedby="scheme-pdf-hint" @change=${(event: Event) => void this.read((event.target as HTMLInputElement).files)}></div>
      ${this.job ? html`<job-progress job-id=${this.job} label="pages read" @done=${(event: CustomEvent<Job>) => this.done(event.detail)}></job-progress>` : nothing}
      ${this.trouble ? html`<p class="notice notice-error" role="alert">${this.trouble}</p>` : nothing}
      ${this.reading ? this.renderReading(this.reading) : nothing}</div>`;
  }
}
