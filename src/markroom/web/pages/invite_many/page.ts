/** `<invite-many fields roles>`: a pasted or dropped list, its columns, each row's fate, then the job that sends. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ApiError, sayError, standingHeaders, UNREACHABLE } from "../../elements/api.ts";
import type { Job } from "../../elements/job_progress.ts";
import { LightElement } from "../../elements/light_element.ts";

interface Column { head: string; field: string | null }
interface Row { row: number; email: unknown; role: unknown; metadata: Record<string, unknown>; fate: string; words: string }
interface Preview { columns: Column[]; rows: Row[]; counts: Record<string, number>; total: number }
interface Outcome { rows: { row: number; fate: string; words: string }[]; counts: Record<string, number> }
type Words = Record<string, string>;

const BULK = "/api/users/invitations/bulk";
/** The fate's words, with the roles as this page names them. */
export function sayFate(fate: string, words: string, roles: Words): string {
  return fate === "bad_role" ? `There is no such role. Write one of these: ${Object.values(roles).join(", ")}.` : words;
}

const GOOD = new Set(["would_invite", "invited"]);

@customElement("invite-many")
export class InviteMany extends LightElement {
  @property({ type: Object }) fields: Words = {};
  @property({ type: Object }) roles: Words = {};
  @state() private data: Blob | null = null;
  @state() private name = "";
  @state() private columns: Column[] = [];
  @state() private preview: Preview | null = null;
  @state() private outcome: Outcome | null = null;
  @state() private roleOfAll = "student";
  @state() private over = false;
  @state() private busy = false;
  @state() private trouble = "";
  @state() private jobId = "";

  private address(dryRun: boolean): string {
    const query = new URLSearchParams({ dry_run: String(dryRun), role: this.roleOfAll });
    if (this.columns.length) query.set("map", this.columns.map((column) => column.field ?? "").join(","));
    return `${BULK}?${query}`;
  }

  private async ask<T>(dryRun: boolean): Promise<T> {
    const headers = { ...standingHeaders("POST"), "Content-Type": "text/csv" };
    const response = await fetch(this.address(dryRun), { method: "POST", headers, body: this.data }).catch(() => {
      throw new ApiError({ status: 0, code: "unreachable", detail: UNREACHABLE });
    });
    const body = await response.json().catch(() => ({}));
    if (!response.ok) throw new ApiError({ ...body, status: response.status, detail: body.detail ?? "This could not be done." });
    return body as T;
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.trouble = "";
    try {
      await work();
    } catch (error) {
      this.trouble = sayError(error);
      if (error instanceof ApiError && Array.isArray(error.problem["columns"])) this.columns = error.problem["columns"] as Column[];
    } finally {
      this.busy = false;
    }
  }

  private look(): Promise<void> {
    this.preview = null;
    return this.attempt(async () => {
      this.preview = await this.ask<Preview>(true);
      this.columns = this.preview.columns;
    });
  }

  private take(data: Blob | null | undefined, name: string): void {
    if (!data || !data.size) { this.trouble = "Choose a file or paste a list first."; return; }
    [this.data, this.name, this.columns] = [data, name, []];
    void this.look();
  }

  private dropped(event: DragEvent): void {
    event.preventDefault();
    this.over = false;
    const file = event.dataTransfer?.files[0];
    this.take(file ?? new Blob([event.dataTransfer?.getData("text/plain") ?? ""]), file?.name ?? "");
  }

  private pasted(event: SubmitEvent): void {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget as HTMLFormElement).get("list") ?? "");
    this.take(new Blob([text]), "");
  }

  private choose(place: number, field: string): void {
    this.columns = this.columns.map((column, at) =>
      at === place ? { ...column, field: field || null } : field && column.field === field ? { ...column, field: null } : column);
    void this.look();
  }

  private invite(): Promise<void> {
    return this.attempt(async () => {
      this.jobId = (await this.ask<{ job: { id: string } }>(false)).job.id;
    });
  }

  private ended(event: CustomEvent<Job>): void {
    if (event.detail.state === "done") this.outcome = event.detail.result as Outcome;
  }

  private start() {
    return html`<form class="fields" @submit=${this.pasted}>
      <div class="drop field" ?data-over=${this.over} @dragover=${(event: DragEvent) => { event.preventDefault(); this.over = true; }}
        @dragleave=${() => { this.over = false; }} @drop=${this.dropped}>
        <label for="file" class="label">A list as CSV</label>
        <span class="hint" id="file-hint">As a spreadsheet saves it, at most 500 people. Choose it or drop it here.</span>
        <input id="file" type="file" accept=".csv,.txt,text/csv,text/plain" aria-describedby="file-hint"
          @change=${(event: Event) => this.take((event.target as HTMLInputElement).files?.[0], "")}>
        ${this.name ? html`<span class="strong">${this.name}</span>` : nothing}
      </div>
      <div class="field"><label for="list">Or paste it</label>
        <span class="hint" id="list-hint">Copied from a spreadsheet: addresses, and what else there is, with or without heads.</span>
        <textarea id="list" name="list" rows="6" aria-describedby="list-hint"></textarea></div>
      <div class="field"><label for="role">Role where the list has none</label>
        <select id="role" .value=${this.roleOfAll} @change=${(event: Event) => { this.roleOfAll = (event.target as HTMLSelectElement).value; if (this.data) void this.look(); }}>
          ${Object.entries(this.roles).map(([value, words]) => html`<option value=${value} ?selected=${value === this.roleOfAll}>${words}</option>`)}
        </select></div>
      <div><button class="button" ?disabled=${this.busy}>Look at the list</button></div>
    </form>`;
  }

  private columnChoices() {
    return html`<fieldset class="stack"><legend>What the columns are</legend><div class="row">
      ${this.columns.map((column, place) => html`<div class="field"><label for="column-${place}">${column.head || `Column ${place + 1}`}</label>
        <select id="column-${place}" @change=${(event: Event) => this.choose(place, (event.target as HTMLSelectElement).value)}>
          <option value="" ?selected=${!column.field}>Not used</option>
          ${Object.entries(this.fields).map(([value, words]) => html`<option value=${value} ?selected=${value === column.field}>${words}</option>`)}
        </select></div>`)}
    </div></fieldset>`;
  }

  private fateOf(row: Row) {
    const found = this.outcome?.rows.find((one) => one.row === row.row) ?? row;
    return html`<td data-label="What happens"><span class=${GOOD.has(found.fate) ? "" : "refused"}>${sayFate(found.fate, found.fate === row.fate ? row.words : found.words, this.roles)}</span></td>`;
  }

  private table(preview: Preview) {
    return html`<div class="table-scroll" role="region" tabindex="0" aria-label="The list"><table class="cards" id="fates">
      <caption class="unseen">Each row of the list and what happens to it</caption>
      <thead><tr><th scope="col">Row</th><th scope="col">Address</th><th scope="col">Role</th><th scope="col">Details</th><th scope="col">What happens</th></tr></thead>
      <tbody>${preview.rows.map((row) => html`<tr><td data-label="Row">${row.row}</td><th scope="row">${String(row.email ?? "") || "–"}</th>
        <td data-label="Role">${this.roles[String(row.role)] ?? String(row.role ?? "")}</td><td data-label="Details">${Object.values(row.metadata).join(", ")}</td>${this.fateOf(row)}</tr>`)}
      </tbody></table></div>`;
  }

  private sending(preview: Preview) {
    const ready = preview.counts["would_invite"] ?? 0;
    if (this.outcome) {
      return html`<p class="notice" role="status">${this.outcome.counts["invited"] ?? 0} of ${preview.total} invited. Their mails are on the way;
        <a href="/people?tab=invitations">see the invitations</a>.</p>`;
    }
    if (this.jobId) return html`<job-progress job-id=${this.jobId} label="rows done" @done=${this.ended}></job-progress>`;
    return html`<div class="row"><button type="button" class="button button-primary" ?disabled=${this.busy || !ready} @click=${this.invite}>
      Invite ${ready} ${ready === 1 ? "person" : "people"}</button>
      <span class="quiet" role="status">${preview.total - ready ? `${preview.total - ready} of ${preview.total} rows will not be invited.` : "Nothing has been sent yet."}</span></div>`;
  }

  override render() {
    return html`<div class="stack">
      ${this.jobId ? nothing : this.start()}
      ${this.trouble ? html`<p class="notice notice-error" role="alert">${this.trouble}</p>` : nothing}
      ${this.columns.length && !this.jobId ? this.columnChoices() : nothing}
      ${this.preview ? html`${this.sending(this.preview)}${this.table(this.preview)}` : nothing}
    </div>`;
  }
}
