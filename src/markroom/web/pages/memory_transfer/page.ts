/** `<memory-import import-url>`: a file of memories, what would become of each line, and only then the import. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ApiError, send } from "../../elements/api.ts";
import { LightElement } from "../../elements/light_element.ts";
import { sayReport, type ImportReport } from "./report.ts";

@customElement("memory-import")
export class MemoryImport extends LightElement {
  @property({ attribute: "import-url" }) importUrl = "";
  @state() private file: File | null = null;
  @state() private report: ImportReport | null = null;
  @state() private done = false;
  @state() private busy = false;
  @state() private trouble = "";

  private chosen(event: Event): void {
    this.file = (event.currentTarget as HTMLInputElement).files?.[0] ?? null;
    this.report = null;
    this.done = false;
    this.trouble = "";
    if (this.file) void this.send(true);
  }

  private async send(dryRun: boolean): Promise<void> {
    if (!this.file) return;
    this.busy = true;
    this.trouble = "";
    try {
      const url = new URL(this.importUrl, location.href);
      url.searchParams.set("dry_run", String(dryRun));
      const headers = { "Content-Type": "application/x-ndjson" };
      this.report = (await send<ImportReport>("POST", url.pathname + url.search, { text: await this.file.text(), headers })).body;
      this.done = !dryRun;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.trouble = error.message;
    } finally {
      this.busy = false;
    }
  }

  private renderReport(report: ImportReport) {
    return html`<div class="stack" role="status">
      <p>${this.done ? "Done: " : "This would happen: "}${sayReport(report).join(", ")}.</p>
      ${report.problems.length ? html`<div class="table-scroll"><table><caption>Lines that are left out</caption>
        <thead><tr><th scope="col" class="number">Line</th><th scope="col">Why</th></tr></thead>
        <tbody>${report.problems.map((one) => html`<tr><td class="number">${one.line}</td><td>${one.reason}</td></tr>`)}</tbody></table></div>` : nothing}
      ${!this.done && report.created ? html`<p><button type="button" class="button button-primary" ?disabled=${this.busy}
        @click=${() => void this.send(false)}>Import ${report.created === 1 ? "1 memory" : `${report.created} memories`}</button></p>` : nothing}
    </div>`;
  }

  override render() {
    return html`<div class="stack">
      <div class="drop"><label for="memories-file">The file (.jsonl)</label>
        <input id="memories-file" type="file" accept=".jsonl,.ndjson,application/x-ndjson,application/jsonl,text/plain" @change=${this.chosen}></div>
      ${this.busy ? html`<p class="quiet" role="status">Reading ${this.file?.name ?? ""}…</p>` : nothing}
      ${this.trouble ? html`<p class="notice notice-error" role="alert">${this.trouble}</p>` : nothing}
      ${this.report && !this.busy ? this.renderReport(this.report) : nothing}
    </div>`;
  }
}
