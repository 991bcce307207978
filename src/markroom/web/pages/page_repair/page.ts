/** `<page-repair batch-id page-id script-id at>`: the pages that found no place, one after another. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { getAll, sayError, send } from "../../elements/api.ts";
import { inDialog, isTyping } from "../../elements/keys.ts";
import { LightElement } from "../../elements/light_element.ts";
import type { ScannedPage, Script } from "../../elements/shapes.ts";
import { scriptName } from "../batch/grid.ts";
import { isMissing, likelyPlace, sayReason, type Place } from "./place.ts";

interface PageChange { script_id?: string; page?: number; rotation?: number; state?: string }

@customElement("page-repair")
export class PageRepair extends LightElement {
  @property({ attribute: "batch-id" }) batchId = "";
  @property({ attribute: "page-id" }) pageId = "";
  @property({ attribute: "script-id" }) scriptId = "";
  @property({ type: Number, attribute: "script-page" }) scriptPage = 0;
  @property({ attribute: "page-count", type: Number }) pageCount = 0;
  @state() private pages: ScannedPage[] = [];
  @state() private scripts: Script[] = [];
  @state() private at = 0;
  @state() private place: Place | null = null;
  @state() private loaded = false;
  @state() private busy = false;
  @state() private trouble = "";
  @state() private said = "";
  @state() private shows = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.keyPressed);
    void this.read();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.keyPressed);
  }

  private async read(): Promise<void> {
    const url = `/api/batches/${this.batchId}`;
    try {
      this.scripts = await getAll<Script>(`${url}/scripts`, "scripts");
      this.pages = await this.readPages(`${url}/pages`);
      this.loaded = true;
      this.show(0);
    } catch (error) {
      this.trouble = sayError(error);
    }
  }

  /** The exceptions; or the one page of a script that was asked for; the page asked for by id stands first. */
  private async readPages(url: string): Promise<ScannedPage[]> {
    if (this.scriptId) {
      const pages = await getAll<ScannedPage>(`${url}?script_id=${this.scriptId}`, "pages");
      const own = pages.filter((page) => page.script_id === this.scriptId);
      return own.filter((page) => page.page === this.scriptPage).concat(own.filter((page) => page.page !== this.scriptPage));
    }
    const exceptions = await getAll<ScannedPage>(`${url}?state=exception`, "pages");
    if (!this.pageId) return exceptions;
    const known = exceptions.find((page) => page.id === this.pageId) ?? (await getAll<ScannedPage>(url, "pages")).find((page) => page.id === this.pageId);
    return known ? [known, ...exceptions.filter((page) => page !== known)] : exceptions;
  }

  private get page(): ScannedPage | undefined { return this.pages[this.at]; }

  private show(at: number): void {
    this.at = Math.max(0, Math.min(this.pages.length - 1, at));
    const page = this.page;
    this.place = page ? likelyPlace(page, this.scripts, this.pages[this.at - 1] ?? null) : null;
    this.trouble = "";
    this.querySelector<HTMLElement>(".repair-page")?.scrollTo({ top: 0 });
  }

  private async change(change: PageChange, said: string): Promise<void> {
    const page = this.page;
    if (!page || this.busy) return;
    this.busy = true;
    this.trouble = "";
    try {
      const changed = (await send<ScannedPage>("PATCH", `/api/pages/${page.id}`, { body: change })).body;
      this.pages = this.pages.map((one) => (one.id === page.id ? { ...one, ...changed } : one));
      this.said = said;
      this.shows += 1;
      if (change.rotation === undefined) await this.settled(page);
    } catch (error) {
      this.trouble = sayError(error);
    }
    this.busy = false;
  }

  private async settled(page: ScannedPage): Promise<void> {
    this.scripts = await getAll<Script>(`/api/batches/${this.batchId}/scripts`, "scripts");
    const open = this.pages.findIndex((one, index) => index > this.at && one.state === "exception");
    if (this.pages.find((one) => one.id === page.id)?.state !== "exception" && open >= 0) this.show(open);
  }

  private accept(): void {
    const place = this.place;
    const script = this.scripts.find((one) => one.id === place?.scriptId);
    if (!place || !script) { this.trouble = "Choose a script and a page first."; return; }
    void this.change({ script_id: place.scriptId, page: place.page }, `Placed as page ${place.page} of script ${scriptName(script)}.`);
  }

  private rotate(by: number): void {
    const rotation = ((this.page?.rotation ?? 0) + by + 360) % 360;
    void this.change({ rotation }, "Turned.");
  }

  private discard(): void {
    const discarded = this.page?.state === "discarded";
    void this.change({ state: discarded ? "exception" : "discarded" }, discarded ? "Brought back." : "Discarded; it is kept and can be brought back.");
  }

  private readonly keyPressed = (event: KeyboardEvent): void => {
    if (isTyping(event) || inDialog() || event.ctrlKey || event.metaKey || event.altKey) return;
    const onControl = (event.target as Element).closest("button, a") !== null;
    if (onControl && (event.key === "Enter" || event.key === " ")) return;
    const acts: Record<string, () => void> = {
      Enter: () => this.accept(), r: () => this.rotate(90), R: () => this.rotate(-90), d: () => this.discard(), n: () => this.show(this.at + 1),
      ArrowRight: () => this.show(this.at + 1), ArrowLeft: () => this.show(this.at - 1),
      o: () => this.querySelector<HTMLSelectElement>("#repair-script")?.focus(),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  private renderPlace(page: ScannedPage) {
    const place = this.place;
    const script = this.scripts.find((one) => one.id === place?.scriptId);
    const missing = place ? isMissing(place, this.scripts) : false;
    const guess = place && script
      ? `Page ${place.page} of script ${scriptName(script)}${missing ? ", which is missing" : ""}`
      : "No place is missing this page";
    const count = this.pageCount || Math.max(1, ...this.scripts.flatMap((one) => one.pages_missing), place?.page ?? 1);
    return html`<section class="stack" aria-labelledby="place-title">
      <h2 id="place-title">Its place</h2>
      <p class="place-guess">${guess}</p>
      <button type="button" class="button button-primary" ?disabled=${!place || this.busy || page.state === "placed"} @click=${this.accept}>Put it there <kbd aria-hidden="true">Enter</kbd></button>
      <div class="fields-row">
        <div class="field"><label for="repair-script">Script</label>
          <select id="repair-script" @change=${(event: Event) => this.choose({ scriptId: (event.target as HTMLSelectElement).value })}>
            <option value="" ?selected=${!place}>Choose a script</option>
            ${this.scripts.map((one) => html`<option value=${one.id} ?selected=${one.id === place?.scriptId}>${scriptName(one)}${one.pages_missing.length ? ` (${one.pages_missing.length} missing)` : ""}</option>`)}
          </select></div>
        <div class="field"><label for="repair-at">Page</label>
          <input id="repair-at" type="number" min="1" max=${count} .value=${String(place?.page ?? "")}
            @change=${(event: Event) => this.choose({ page: Number((event.target as HTMLInputElement).value) })}
            @keydown=${(event: KeyboardEvent) => { if (event.key === "Enter") { (event.target as HTMLElement).blur(); this.accept(); } }}></div>
      </div>
    </section>`;
  }

  private choose(part: Partial<Place>): void {
    const scriptId = part.scriptId ?? this.place?.scriptId ?? "";
    const script = this.scripts.find((one) => one.id === scriptId);
    const page = part.page ?? (part.scriptId ? script?.pages_missing[0] : undefined) ?? this.place?.page ?? 1;
    this.place = scriptId ? { scriptId, page } : null;
  }

  private renderSide(page: ScannedPage) {
    const open = this.pages.filter((one) => one.state === "exception").length;
    return html`<aside class="repair-side" aria-label="Repair">
      <p class="quiet small">Sheet ${page.scan_page} of its scan · ${open} to repair</p>
      <p>${sayReason(page)}</p>
      ${this.renderPlace(page)}
      <div class="row">
        <button type="button" class="button" ?disabled=${this.busy} @click=${() => this.rotate(90)}>Turn right <kbd aria-hidden="true">R</kbd></button>
        <button type="button" class="button" ?disabled=${this.busy} @click=${() => this.rotate(180)}>Upside down</button>
        <button type="button" class="button button-danger" ?disabled=${this.busy} @click=${this.discard}>${page.state === "discarded" ? "Bring back" : "Discard"} <kbd aria-hidden="true">D</kbd></button>
      </div>
      <div class="row">
        <button type="button" class="button" ?disabled=${this.at === 0} @click=${() => this.show(this.at - 1)}>Back <kbd aria-hidden="true">←</kbd></button>
        <button type="button" class="button" ?disabled=${this.at >= this.pages.length - 1} @click=${() => this.show(this.at + 1)}>Next <kbd aria-hidden="true">N</kbd></button>
        <span class="quiet small">${this.at + 1} of ${this.pages.length}</span>
      </div>
      <p class="small" role="status">${this.said}</p>
      ${this.trouble ? html`<p class="notice notice-error" role="alert">${this.trouble}</p>` : nothing}
    </aside>`;
  }

  override render() {
    const page = this.page;
    if (!page) return html`<div class="empty repair-empty">${this.trouble ? html`<p class="notice notice-error" role="alert">${this.trouble}</p>`
      : this.loaded ? html`<h2>Every page is in its place</h2><a class="button button-primary" href="/batches/${this.batchId}">Back to the batch</a>`
      : html`<p class="quiet">Fetching the pages…</p>`}</div>`;
    return html`<div class="repair">
      <section class="repair-page" aria-label="Scanned page" tabindex="0"><img src="/api/pages/${page.id}/image?shown=${this.shows}" alt="Sheet ${page.scan_page} of the scan"></section>
      ${this.renderSide(page)}
    </div>`;
  }
}
