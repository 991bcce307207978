/** The answers at hand: what was marked, what is in view, and what is already fetched so that the next one is there at once. */
import { ApiError, send, standingHeaders } from "../../elements/api.ts";
import type { Annotation, Claim, MarkEntry } from "../../elements/shapes.ts";
import { NOTHING_TYPED, type Typing } from "./typing.ts";

/** What the marker has done to an answer and not given a mark for yet. */
export interface Draft {
  typing: Typing;
  points: number[];
  comment: string;
  annotations: Annotation[];
}

export interface Sheet {
  key: string;
  claim: Claim;
  draft: Draft;
  past: Draft[];
  /** Entries as they were before each change made here, the newest last. */
  before: (MarkEntry | null)[];
  entry: MarkEntry | null;
  /** Given a mark here, so that its claim ends when the mark arrives. */
  given: boolean;
  /** The server did not take the mark, and its claim was let go. */
  refused?: boolean;
}

const AHEAD = 2;
const RENEW_MS = 100_000;

export function sheetOf(claim: Claim): Sheet {
  const { script_id, question_id, entry, version } = claim.item;
  const known = entry ? { ...entry, version: entry.version ?? version } : null;
  return { key: `${script_id}/${question_id}`, claim, draft: draftOf(known), past: [], before: [], entry: known, given: false };
}

export function draftOf(entry: MarkEntry | null): Draft {
  return {
    typing: NOTHING_TYPED,
    points: [...(entry?.points ?? [])],
    comment: entry?.comment ?? "",
    annotations: [...(entry?.annotations ?? [])],
  };
}

/** Fetches claims and decodes their images ahead of the marker; keeps them alive, and hands back what was not marked. */
export class Claims {
  sheets: Sheet[] = [];
  finished = false;
  trouble = "";
  /** As it stood when the desk was opened; the desk counts on from there. */
  progress: { total: number; marked: number } | null = null;
  private at = 0;
  private again = false;
  private running = false;
  private readonly pictures = new Map<string, HTMLImageElement>();

  constructor(private readonly batchId: string, private readonly questionId: string, private readonly changed: () => void) {}

  private get held(): Sheet[] { return this.sheets.filter((sheet) => !sheet.given); }

  /** Keeps `AHEAD` answers ready behind the one at `at`. Called while one is fetched, it looks again afterwards. */
  fill(at: number): void {
    this.at = at;
    this.again = true;
    if (!this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      while (this.again && !this.finished && this.sheets.length - 1 - this.at < AHEAD) {
        this.again = false;
        if (await this.ask()) this.again = true;
        this.changed();
      }
    } finally {
      this.running = false;
    }
  }

  private async ask(): Promise<boolean> {
    const skip = this.held.slice(-AHEAD).map((sheet) => sheet.claim.claim_id);
    const body = { ...(this.questionId ? { question_id: this.questionId } : {}), ...(skip.length ? { skip } : {}) };
    try {
      const answer = await send<Claim | null>("POST", `/api/batches/${this.batchId}/claims`, { body });
      this.trouble = "";
      if (answer.status === 204 || !answer.body) { this.finished = true; return false; }
      return this.take(answer.body);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.trouble = error.message;
      return false;
    }
  }

  /** False where the server handed out a claim that is already here: its mark is still on the way. */
  private take(claim: Claim): boolean {
    const sheet = sheetOf(claim);
    if (this.sheets.some((known) => known.key === sheet.key)) return false;
    this.sheets.push(sheet);
    this.progress ??= claim.progress ?? null;
    for (const area of claim.item.areas) this.fetchPicture(area.image_url);
    return true;
  }

  private fetchPicture(url: string): void {
    const picture = new Image();
    picture.src = url;
    this.pictures.set(url, picture);
    void picture.decode().catch(() => this.pictures.delete(url));
  }

  /** Renews what is in hand while somebody looks at the desk; an answer that another has now leaves the ones ahead. */
  async renew(at: number): Promise<void> {
    if (document.visibilityState !== "visible") return;
    const ending = this.held.filter((sheet) => Date.parse(sheet.claim.expires_at) - Date.now() < RENEW_MS);
    for (const sheet of ending) await this.renewOne(sheet, at);
  }

  private async renewOne(sheet: Sheet, at: number): Promise<void> {
    try {
      const renewed = await send<{ expires_at: string }>("PUT", `/api/claims/${sheet.claim.claim_id}`);
      sheet.claim.expires_at = renewed.body.expires_at;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const index = this.sheets.indexOf(sheet);
      if (!error.passing && index > at) this.sheets.splice(index, 1);
      else if (!error.passing) sheet.claim.expires_at = "9999-01-01T00:00:00Z";
    }
  }

  /** The server refused a mark and still holds its answer for this marker: let go, it is not handed out in the place of the next. */
  async letGo(key: string): Promise<void> {
    const sheet = this.sheets.find((one) => one.key === key && one.given && !one.refused);
    if (!sheet) return;
    sheet.refused = true;
    try {
      await send("DELETE", `/api/claims/${sheet.claim.claim_id}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // it has ended already
    }
    this.fill(this.at);
  }

  /** As the page is left: what is in hand and not marked is free for colleagues at once. */
  handBack(): void {
    for (const sheet of this.held)
      void fetch(`/api/claims/${sheet.claim.claim_id}`, { method: "DELETE", keepalive: true, headers: standingHeaders("DELETE") }).catch(() => undefined);
  }
}
