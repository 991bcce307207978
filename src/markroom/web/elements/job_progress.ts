/** `<job-progress job-id label>`: long work as a bar with counts; fires `step` as it goes on and `done` when it has ended, with the job. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ApiError, get } from "./api.ts";
import { LightElement } from "./light_element.ts";

export interface Job {
  id: string;
  kind: string;
  state: "queued" | "running" | "done" | "failed";
  done: number;
  total: number | null;
  result: unknown;
  error: string | null;
}

const ENDED = new Set(["done", "failed"]);

@customElement("job-progress")
export class JobProgress extends LightElement {
  @property({ attribute: "job-id" }) jobId = "";
  @property() label = "done";
  /** Go to this address when the job has succeeded. */
  @property({ attribute: "then" }) next = "";
  @state() private job: Job | null = null;
  @state() private trouble = "";
  private timer = 0;
  private waited = 400;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.jobId) void this.poll();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private async poll(): Promise<void> {
    try {
      this.job = await get<Job>(`/api/jobs/${this.jobId}`);
      this.trouble = "";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.trouble = error.message;
      if (!error.passing) return;
    }
    if (this.job) this.dispatchEvent(new CustomEvent<Job>("step", { detail: this.job }));
    if (this.job && ENDED.has(this.job.state)) return this.end(this.job);
    this.waited = Math.min(this.waited * 1.3, 3000);
    this.timer = window.setTimeout(() => void this.poll(), this.waited);
  }

  private end(job: Job): void {
    this.dispatchEvent(new CustomEvent<Job>("done", { detail: job }));
    if (this.next && job.state !== "failed") window.location.assign(this.next);
  }

  override render() {
    const job = this.job;
    if (job && job.state === "failed")
      return html`<p class="notice notice-error" role="alert">${job.error || "This work could not be finished."} Nothing is lost; it can be started again.</p>`;
    const total = job?.total ?? 0;
    const known = total > 0;
    const ended = job !== null && ENDED.has(job.state);
    return html`<div class="progress">
      ${known || ended
        ? html`<progress aria-label=${this.label} max=${known ? total : 1} .value=${known ? (job?.done ?? 0) : 1}></progress>`
        : html`<progress aria-label=${this.label}></progress>`}
      <span class="small quiet" role="status">
        ${known ? `${job?.done ?? 0} of ${total} ${this.label}` : ended ? "Done" : job?.state === "running" ? "At work" : "Waiting to start"}
        ${this.trouble ? html` · ${this.trouble}` : nothing}
      </span>
    </div>`;
  }
}
