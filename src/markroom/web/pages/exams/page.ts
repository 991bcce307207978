/** `<add-paper project-id>`: a PDF becomes an exam template, of a project where one is named, and the machine starts reading it. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ApiError, sayError, send } from "../../elements/api.ts";
import { LightElement } from "../../elements/light_element.ts";
import { sendFile } from "../../elements/send_file.ts";

interface SourceFile { id: string; page_count: number }

@customElement("add-paper")
export class AddPaper extends LightElement {
  @property({ attribute: "project-id" }) projectId = "";
  @state() private file: File | null = null;
  /** A dropped file's name is shown here; the field shows a chosen one itself. */
  private isDropped = false;
  @state() private sent = 0;
  @state() private busy = false;
  @state() private over = false;
  @state() private trouble = "";

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("drop", this.droppedOnPage);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("drop", this.droppedOnPage);
  }

  /** Wherever on the page a paper is dropped, it is taken. */
  private readonly droppedOnPage = (event: DragEvent): void => {
    const isPlaced = event.target instanceof Element && event.target.closest(".drop, input[type=file]");
    if (isPlaced || !event.dataTransfer?.files.length) return;
    this.dropped(event);
    const dialog = this.closest("dialog");
    if (!dialog?.open) dialog?.showModal();
  };

  private take(files: FileList | null | undefined): void {
    this.file = files?.[0] ?? null;
    this.isDropped = false;
    this.trouble = "";
  }

  private dropped(event: DragEvent): void {
    event.preventDefault();
    this.over = false;
    this.take(event.dataTransfer?.files);
    this.isDropped = true;
  }

  private async add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const typed = new FormData(event.currentTarget as HTMLFormElement);
    if (!this.file) { this.trouble = "Choose the paper's PDF first."; return; }
    this.busy = true;
    this.trouble = "";
    try {
      await this.make(this.file, String(typed.get("title") ?? "").trim(), String(typed.get("subject") ?? "").trim());
    } catch (error) {
      this.trouble = sayError(error);
      this.busy = false;
    }
  }

  private async make(file: File, title: string, subject: string): Promise<void> {
    const stored = (await sendFile<SourceFile>("/api/files", file, (sent) => { this.sent = sent; })).body;
    const body = { title: title || file.name.replace(/\.\w+$/, ""), subject: subject || null, source_file_id: stored.id, project_id: this.projectId || null };
    const template = (await send<{ id: string }>("POST", "/api/exam/templates", { body })).body;
    window.location.assign(`/exams/${template.id}${await this.startReading(template.id)}`);
  }

  /** The job's place in the address; empty where it did not start, which the canvas offers again. */
  private async startReading(templateId: string): Promise<string> {
    try {
      const { job } = (await send<{ job: { id: string } }>("POST", `/api/exam/templates/${templateId}/detect`)).body;
      return `#job=${job.id}`;
    } catch (error) {
      if (error instanceof ApiError) return "";
      throw error;
    }
  }

  override render() {
    return html`<form class="fields" @submit=${this.add}>
      <div class="drop field" ?data-over=${this.over} @dragover=${(event: DragEvent) => { event.preventDefault(); this.over = true; }}
        @dragleave=${() => { this.over = false; }} @drop=${this.dropped}>
        <label for="file" class="label">The paper as PDF</label>
        <span class="hint" id="file-hint">As it is printed for pupils. Choose it or drop it here; scans and photographs work too.</span>
        <input id="file" type="file" accept="application/pdf,image/png,image/jpeg,image/tiff" aria-describedby="file-hint"
          @change=${(event: Event) => this.take((event.target as HTMLInputElement).files)}>
        ${this.file && this.isDropped ? html`<span class="strong">${this.file.name}</span>` : nothing}
      </div>
      <div class="field"><label for="title">Title</label><span class="hint" id="title-hint">Left empty, the name of the file.</span>
        <input id="title" name="title" maxlength="300" autocomplete="off" aria-describedby="title-hint"></div>
      <div class="field"><label for="subject">Subject</label><input id="subject" name="subject" maxlength="200" autocomplete="off"></div>
      ${this.busy ? html`<div class="progress"><progress aria-label="Sending the paper" max="1" .value=${this.sent}></progress>
        <span class="small quiet" role="status">${this.sent < 1 ? "Sending the paper" : "Looking at its pages"}</span></div>` : nothing}
      ${this.trouble ? html`<p class="notice notice-error" role="alert">${this.trouble}</p>` : nothing}
      <div><button class="button button-primary" ?disabled=${this.busy}>Add the paper</button></div>
    </form>`;
  }
}

/** `<import-template>`: a template from a file: another Markroom's JSON, or a QTI package. */
@customElement("import-template")
export class ImportTemplate extends LightElement {
  @state() private busy = false;
  @state() private trouble = "";

  private async add(files: FileList | null): Promise<void> {
    const file = files?.[0];
    if (!file) return;
    this.busy = true;
    this.trouble = "";
    try {
      const made = (await sendFile<{ id: string }>("/api/exam/templates/import", file, () => undefined)).body;
      window.location.assign(`/exams/${made.id}`);
    } catch (error) {
      this.trouble = sayError(error);
      this.busy = false;
    }
  }

  override render() {
    return html`<div class="field"><label for="template-file">Or a template from a file</label>
      <span class="hint" id="template-file-hint">As another Markroom saved it, or a QTI 3.0 package.</span>
      <input id="template-file" type="file" accept=".json,.zip,application/json,application/zip" aria-describedby="template-file-hint" ?disabled=${this.busy}
        @change=${(event: Event) => void this.add((event.target as HTMLInputElement).files)}>
      ${this.busy ? html`<span class="small quiet" role="status">Reading the file</span>` : nothing}
      ${this.trouble ? html`<p class="notice notice-error" role="alert">${this.trouble}</p>` : nothing}</div>`;
  }
}
