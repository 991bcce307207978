/** The template on its way to and from the server, and a draft on this device until it is saved. */
import { openDB, type DBSchema } from "idb";
import { get, send, userId } from "../../elements/api.ts";
import type { Job } from "../../elements/job_progress.ts";
import type { Boundary, ExamTemplate, Question, ResponseArea } from "../../elements/shapes.ts";
import type { Canvas } from "./canvas.ts";

export interface Fetched { template: ExamTemplate; etag: string }
/** `base` is the canvas that was changed into `canvas`, as the server had it under `etag`. */
export interface CanvasDraft { etag: string; base: Canvas; canvas: Canvas; saved_at: number }

interface Shelves extends DBSchema { drafts: { key: string; value: CanvasDraft & { id: string } } }

const shelf = () => openDB<Shelves>("markroom-canvas", 2, { upgrade: (fresh, before) => {
  if (before) fresh.deleteObjectStore("drafts");
  fresh.createObjectStore("drafts", { keyPath: "id" });
} });

/** People share the computers of a school: each finds their own drafts. */
const keyOf = (templateId: string) => `${userId()} ${templateId}`;

export async function keepDraft(id: string, draft: CanvasDraft): Promise<void> { await (await shelf()).put("drafts", { id: keyOf(id), ...draft }); }
export async function findDraft(id: string): Promise<CanvasDraft | undefined> { return (await shelf()).get("drafts", keyOf(id)); }
export async function dropDraft(id: string): Promise<void> { await (await shelf()).delete("drafts", keyOf(id)); }

export async function fetchTemplate(id: string): Promise<Fetched> {
  const answer = await send<ExamTemplate>("GET", `/api/exam/templates/${id}`);
  return { template: answer.body, etag: answer.etag ?? "" };
}

/** The job that reads the paper at the moment; empty where none does. */
export async function findReading(id: string): Promise<string> {
  const { jobs } = await get<{ jobs: Job[] }>(`/api/jobs?subject_id=${id}&limit=5`);
  return jobs.find((job) => job.kind === "detect_template" && (job.state === "queued" || job.state === "running"))?.id ?? "";
}

/** Who saved the template last; empty where it was the machine. */
export async function findLastSaver(id: string): Promise<string> {
  const { versions } = await get<{ versions: { saved_by_name: string | null }[] }>(`/api/exam/templates/${id}/versions?limit=1`);
  return versions[0]?.saved_by_name ?? "";
}

/** Replaces the canvas; raises ApiError 412 where somebody saved meanwhile. */
export async function putCanvas(id: string, etag: string, canvas: Canvas): Promise<Fetched> {
  const answer = await send<ExamTemplate>("PUT", `/api/exam/templates/${id}`, { body: bodyOf(canvas), headers: { "If-Match": etag } });
  return { template: answer.body, etag: answer.etag ?? etag };
}

/** Only the fields the server takes: the answer holds more than may be sent back. */
export function bodyOf(canvas: Canvas) {
  return {
    questions: canvas.questions.map(questionBody),
    response_areas: canvas.areas.map(areaBody),
    boundaries: canvas.boundaries.map(boundaryBody),
  };
}

function questionBody({ id, parent_id, label, order, max_marks, answer_type, mcq_options, mark_scheme, spec_ref, source, confirmed, confidence }: Question) {
  return { id, parent_id, label, order, max_marks, answer_type, mcq_options, mark_scheme, spec_ref, source, confirmed, confidence };
}

function areaBody({ id, question_id, page, bounds, kind, response_form, source, confirmed, confidence }: ResponseArea) {
  return { id, question_id, page, bounds, kind, response_form, source, confirmed, confidence };
}

function boundaryBody({ id, question_id, label, page, y, bounds, source, confirmed, confidence }: Boundary) {
  return { id, question_id, label, page, y, bounds, source, confirmed, confidence };
}
