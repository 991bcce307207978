/** The answers at hand: what was marked, what is in view, and what is already fetched so that the next one is there at once. */
import { get, send, ApiError } from "../../elements/api.ts";
import type { Annotation, Batch, Claim, ExamTemplate, MarkEntry } from "../../elements/shapes.ts";
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
}

export const AHEAD = 2;

export function sheetOf(claim: Claim): Sheet {
  const { script_id, question_id, entry, version } = claim.item;
  const given = entry ? { ...entry, version: entry.version ?? version } : null;
  return { key: `${script_id}/${question_id}`, claim, draft: draftOf(given), past: [], before: [], entry: given };
}

export function draftOf(entry: MarkEntry | null): Draft {
  return {
    typing: NOTHING_TYPED,
    points: [...(entry?.points ?? [])],
    comment: entry?.comment ?? "",
    annotations: [...(entry?.annotations ?? [])],
  };
}

/** Fetches claims and decodes their images ahead of the marker. */
export class Claims {
  sheets: Sheet[] = [];
  finished = false;
  trouble = "";
  private asking: Promise<void> | null = null;
  private readonly pictures = new Map<string, HTMLImageElement>();

  constructor(private readonly batchId: string, private readonly questionId: string, private readonly changed: () => void) {}

  /** Keeps `AHEAD` answers ready behind the one at `at`. */
  fill(at: number): void {
    if (this.finished || this.sheets.length - 1 - at >= AHEAD) return;
    this.asking ??= this.ask().finally(() => { this.asking = null; }).then((more) => { this.changed(); if (more) this.fill(at); });
  }

  private async ask(): Promise<boolean> {
    try {
      const body = this.questionId ? { question_id: this.questionId } : {};
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

  /** False where the server handed out a claim that is already here: one at a time, then. */
  private take(claim: Claim): boolean {
    const sheet = sheetOf(claim);
    if (this.sheets.some((known) => known.key === sheet.key)) return false;
    this.sheets.push(sheet);
    for (const area of claim.item.areas) this.fetchPicture(area.image_url);
    return true;
  }

  private fetchPicture(url: string): void {
    const picture = new Image();
    picture.src = url;
    this.pictures.set(url, picture);
    void picture.decode().catch(() => this.pictures.delete(url));
  }
}

export async function readBatch(batchId: string): Promise<Batch> {
  return get<Batch>(`/api/batches/${batchId}`);
}

/** The template for its mark schemes; null where the marker may not see it. */
export async function readTemplate(templateId: string): Promise<ExamTemplate | null> {
  try {
    return await get<ExamTemplate>(`/api/exam/templates/${templateId}`);
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}
