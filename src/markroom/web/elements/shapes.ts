/** The JSON documents of the API that the elements read and write; those of templates follow from its description. */
import type { Question as AnsweredQuestion, ExamTemplate as AnsweredTemplate, ResponseArea } from "./answers.ts";

export type { Boundary, Bounds, ResponseArea } from "./answers.ts";

/** Without what the server works out, where it was made here. */
export type Question = Omit<AnsweredQuestion, "is_container" | "path"> & Partial<Pick<AnsweredQuestion, "is_container" | "path">>;
export interface ExamTemplate extends Omit<AnsweredTemplate, "questions"> { questions: Question[] }

export type AnswerType = NonNullable<Question["answer_type"]>;
export type AreaKind = ResponseArea["kind"];
export type Source = Question["source"];

export interface SchemePoint {
  code?: string;
  text: string;
  marks?: number | null;
  marks_from?: number | null;
  depends_on?: string[];
  alternatives?: string[];
  accept?: string[];
  reject?: string[];
}

export interface Batch {
  id: string;
  title: string;
  template_id: string;
  state: string;
  scripts: { total: number; complete: number };
  pages: Record<string, number>;
  items: { total: number; marked: number };
  /** Whether its scripts are ready to print: the PDF is there. */
  printed: boolean;
}

export type MarkState = "awarded" | "not_attempted" | "query";

export interface InkStroke { kind: "ink"; area: number; points: [number, number, number][] }
export interface Stamp { kind: "tick" | "cross"; area: number; x: number; y: number }
export interface Note { kind: "text"; area: number; x: number; y: number; text: string }
/** Coordinates are fractions of the crop the annotation lies on, from its top left. */
export type Annotation = InkStroke | Stamp | Note;

export interface MarkEntry {
  marks: number | null;
  state: MarkState;
  version: number;
  points?: number[] | null;
  comment?: string | null;
  annotations?: Annotation[] | null;
  source?: string;
  marker_id?: string | null;
  marker_name?: string | null;
}

export interface AnswerCrop { page: number; image_url: string }

export interface ClaimedItem {
  script_id: string;
  script_number?: number;
  candidate?: string | null;
  question_id: string;
  path: string;
  max_marks: number;
  allow_half_marks?: boolean;
  answer_type?: AnswerType | null;
  mcq_options?: unknown;
  mark_scheme?: unknown;
  areas: AnswerCrop[];
  is_blank?: boolean | null;
  version: number;
  entry: MarkEntry | null;
  /** What the machine read on a multiple-choice answer. */
  reading?: { choice: string | null; confidence: number | null } | null;
}

export interface Claim {
  claim_id: string;
  expires_at: string;
  item: ClaimedItem;
  progress?: { total: number; marked: number };
}

export type PageState = "placed" | "blank" | "exception" | "discarded" | string;

export interface ScannedPage {
  id: string;
  scan_id: string;
  scan_page: number;
  state: PageState;
  reason: string | null;
  script_id: string | null;
  page: number | null;
  residual_mm: number | null;
  rotation?: number | null;
  version?: number;
}

export interface Script {
  id: string;
  number: string | number;
  candidate: { name?: string | null; number?: string | null } | string | null;
  state: string;
  pages_missing: number[];
  items_marked: number;
}

export interface Scan {
  id: string;
  state: string;
  pages: { total: number; placed: number; blank: number; exceptions: number; discarded: number };
}
