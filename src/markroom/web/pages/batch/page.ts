/** `<batch-board batch-id template-id>`: print, scan in, and see which page of which script is there. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { get, getAll, sayError, send } from "../../elements/api.ts";
import { LightElement } from "../../elements/light_element.ts";
import "../../elements/job_progress.ts";
import type { Batch, ScannedPage, Script } from "../../elements/shapes.ts";
import { CELL_SIGNS, CELL_WORDS, gridOf, pageCountOf, scriptName, type Cell, type CellState, type Row } from "./grid.ts";
import { Upload } from "./upload.ts";

const ROWS_AT_FIRST = 60;
/** Above this many placed pages the board does not fetch them one by one. */
const PLACED_AT_MOST = 2000;
const STATES: CellState[] = ["there", "blank", "missing", "duplicate", "unclear", "not_needed"];

@customElement("batch-board")
export class BatchBoard extends LightElement {
  @property({ attribute: "batch-id" }) batchId = "";
  @property({ attribute: "page-count", type: Number }) pageCount = 0;
  @property({ attribute: "may-run", type: Boolean }) mayRun = false;
  @state() private batch: Batch | null = null;
  @state() private rows: Row[] = [];
  @state() private uploads: Upload[] = [];
  @state() private trouble = "";
  @state() private onlyCare = false;
  @state() private shown = ROWS_AT_FIRST;
  @state() private printJob = "";
  @state() private printed = false;
  @state() private over = false;
  @state() private focused: [number, number] = [0, 0];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.read();
  }

  private async read(): Promise<void> {
    try {
      const url = `/api/batches/${this.batchId}`;
      const batch = await get<Batch>(url);
      const all = (batch.pages["placed"] ?? 0) <= PLACED_AT_MOST;
      const [scripts, ...lists] = await Promise.all([
        getAll<Script>(`${url}/scripts`, "scripts"),
        ...["exception", "blank", ...(all ? ["placed"] : [])].map((one) => getAll<ScannedPage>(`${url}/pages?state=${one}`, "pages")),
      ]);
      const pages = lists.flat();
      this.batch = batch;
      if (!this.printJob) this.printed = batch.printed;
      this.rows = gridOf(scripts, pages, pageCountOf(this.pageCount || null, scripts, pages), all);
      this.trouble = "";
    } catch (error) {
      this.trouble = sayError(error);
    }
  }

  private async print(): Promise<void> {
    this.printed = false;
    try {
      const { job } = (await send<{ job: string | { id: string } }>("POST", `/api/batches/${this.batchId}/print`)).body;
      this.printJob = typeof job === "string" ? job : job.id;
    } catch (error) {
      this.trouble = sayError(error);
    }
  }

  private async take(files: FileList | null | undefined): Promise<void> {
    const uploads = [...(files ?? [])].map((file) => new Upload(file, this.batchId, () => this.requestUpdate()));
    this.uploads = [...this.uploads, ...uploads];
    for (const upload of uploads) {
      await upload.run();
      await this.read();
    }
  }

  private dropped(event: DragEvent): void {
    event.preventDefault();
    this.over = false;
    void this.take(event.dataTransfer?.files);
  }

  private linkOf(row: Row, cell: Cell): string {
    return cell.pageId
      ? `/batches/${this.batchId}/repair?page=${cell.pageId}`
      : `/batches/${this.batchId}/repair?script=${row.script.id}&at=${cell.page}`;
  }

  private get visible(): Row[] {
    return this.onlyCare ? this.rows.filter((row) => row.needsCare) : this.rows;
  }

  private moveFocus(event: KeyboardEvent): void {
    const moves: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const [row, column] = this.focused;
    const lastRow = Math.min(this.visible.length, this.shown) - 1;
    const lastColumn = (this.rows[0]?.cells.length ?? 1) - 1;
    this.focused = [Math.max(0, Math.min(lastRow, row + move[0])), Math.max(0, Math.min(lastColumn, column + move[1]))];
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(".cell[tabindex='0']")?.focus());
  }

  private renderCounts() {
    const pages = this.batch?.pages ?? {};
    const part = (count: number | undefined, words: string) => html`<span><strong>${count ?? 0}</strong> ${words}</span>`;
    const repair = pages["exceptions"] ?? 0;
    return html`<p class="counts" role="status">
      <span><strong>${pages["total"] ?? 0}</strong> ${pages["total"] === 1 ? "page" : "pages"} scanned</span><span class="quiet">=</span>
      ${part(pages["placed"], "placed")}<span class="quiet">+</span>${part(pages["blank"], "blank")}<span class="quiet">+</span>
      ${repair ? html`<a href="/batches/${this.batchId}/repair"><strong>${repair}</strong> to repair</a>` : part(0, "to repair")}
      <span class="quiet">+</span>${part(pages["discarded"], "discarded")}
    </p>`;
  }

  private renderUpload(upload: Upload) {
    const { scan, state: stage } = upload;
    const counts = scan?.pages;
    const placed = counts ? counts.placed + counts.blank + counts.exceptions + counts.discarded : 0;
    const words = stage === "failed" ? upload.trouble
      : stage === "sending" ? `Sending, ${Math.round(upload.sent * 100)} %`
      : !counts?.total ? "Waiting to be read"
      : `${upload.known ? "Known already. " : ""}${placed} of ${counts.total} pages read${counts.exceptions ? `, ${counts.exceptions} to repair` : ""}`;
    return html`<li class="upload">
      <span class="strong">${upload.file.name}</span>
      <progress aria-label="Progress of ${upload.file.name}" max="1" .value=${stage === "sending" ? upload.sent : counts?.total ? placed / counts.total : 0}></progress>
      <span class="small ${stage === "failed" ? "refused" : "quiet"}" role=${stage === "failed" ? "alert" : "status"}>${words}</span>
    </li>`;
  }

  private renderScan() {
    return html`<section class="stack" aria-labelledby="scan-title">
      <h2 id="scan-title">Scans</h2>
      <div class="drop" ?data-over=${this.over} @dragover=${(event: DragEvent) => { event.preventDefault(); this.over = true; }}
        @dragleave=${() => { this.over = false; }} @drop=${this.dropped}>
        <label for="scan-files" class="label">Add scanned scripts</label>
        <span class="quiet small">PDFs or images, any order, any way up. Sending a file twice changes nothing.</span>
        <input id="scan-files" type="file" multiple accept="application/pdf,image/png,image/jpeg,image/tiff"
          @change=${(event: Event) => void this.take((event.target as HTMLInputElement).files)}>
      </div>
      ${this.uploads.length ? html`<ul class="uploads">${this.uploads.map((upload) => this.renderUpload(upload))}</ul>` : nothing}
    </section>`;
  }

  private renderPrint() {
    const pdf = `/api/batches/${this.batchId}/print.pdf`;
    const next = this.batch && !this.batch.pages["total"] ? " button-primary" : "";
    return html`<section class="stack" aria-labelledby="print-title">
      <h2 id="print-title">Paper</h2>
      <p class="quiet">Every page carries a code, so that scans find their place by themselves.</p>
      <div class="row">
        <button type="button" class="button${this.printed ? "" : next}" ?disabled=${this.printJob !== "" && !this.printed} @click=${this.print}>Print scripts</button>
        ${this.printed ? html`<a class="button${next}" href=${pdf} target="_blank">Open the PDF</a>` : nothing}
      </div>
      ${this.printJob && !this.printed ? html`<job-progress job-id=${this.printJob} label="scripts prepared"
        @done=${(event: CustomEvent<{ state: string }>) => { this.printed = event.detail.state === "done"; if (!this.printed) this.printJob = ""; }}></job-progress>` : nothing}
    </section>`;
  }

  private renderRow(row: Row, at: number) {
    return html`<tr>
      <th scope="row">${scriptName(row.script)}</th>
      ${row.cells.map((cell, column) => {
        const here = this.focused[0] === at && this.focused[1] === column;
        return html`<td><a class="cell" data-state=${cell.state} tabindex=${here ? 0 : -1} href=${this.linkOf(row, cell)}
          aria-label="Script ${row.script.number}, page ${cell.page}: ${CELL_WORDS[cell.state]} ${CELL_SIGNS[cell.state]}" @focus=${() => { this.focused = [at, column]; }}>${CELL_SIGNS[cell.state]}</a></td>`;
      })}
    </tr>`;
  }

  private renderGrid() {
    const rows = this.visible.slice(0, this.shown);
    const columns = this.rows[0]?.cells ?? [];
    if (this.rows.length === 0) return nothing;
    return html`<section class="stack" aria-labelledby="grid-title">
      <div class="row row-apart">
        <h2 id="grid-title">Scripts and their pages</h2>
        <label class="choice"><input type="checkbox" .checked=${this.onlyCare} @change=${() => { this.onlyCare = !this.onlyCare; this.focused = [0, 0]; }}>
          <span>Only scripts that need care</span></label>
      </div>
      <ul class="legend small" aria-label="Signs">${STATES.map((one) => html`<li><span class="cell" data-state=${one} aria-hidden="true">${CELL_SIGNS[one]}</span> ${CELL_WORDS[one]}</li>`)}</ul>
      ${rows.length ? html`<div class="table-scroll"><table class="board" @keydown=${this.moveFocus}>
        <caption class="unseen">Scripts down, pages across. Arrow keys move, Enter opens the page.</caption>
        <thead><tr><th scope="col">Script</th>${columns.map((cell) => html`<th scope="col">${cell.page}</th>`)}</tr></thead>
        <tbody>${rows.map((row, at) => this.renderRow(row, at))}</tbody>
      </table></div>` : html`<p class="quiet">Every script is complete.</p>`}
      ${this.visible.length > this.shown ? html`<div><button type="button" class="button" @click=${() => { this.shown += 200; }}>
        Show more scripts (${this.visible.length - this.shown} left)</button></div>` : nothing}
    </section>`;
  }

  override render() {
    return html`<div class="stack-wide">
      ${this.trouble ? html`<p class="notice notice-error" role="alert">${this.trouble}</p>` : nothing}
      ${this.renderCounts()}
      <div class="board-parts">${this.mayRun ? this.renderPrint() : nothing}${this.renderScan()}</div>
      ${this.renderGrid()}
    </div>`;
  }
}
