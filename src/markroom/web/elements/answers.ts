/** What the API answers. Written by docs/write_types.py from its description: change the code, run that. */

export interface Boundary {
  id: string;
  source: "manual" | "auto" | "import";
  confirmed: boolean;
  confidence: number | null;
  question_id: string;
  label: string;
  page: number;
  y: number;
  bounds: Bounds | null;
}

export interface Bounds {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Detection {
  total_marks: number | null;
  warnings: string[];
  at: string;
}

export interface ExamTemplate {
  institute_id: string;
  id: string;
  project_id: string | null;
  teacher_id: string;
  title: string;
  subject: string | null;
  exam_id: string | null;
  exam_code: string | null;
  source_file_id: string | null;
  page_count: number | null;
  visibility: "institute" | "private";
  status: "draft" | "ready" | "live" | "closed" | "archived";
  version: number;
  created_at: string;
  updated_at: string;
  detection: Detection | null;
  warnings: string[];
  can_edit: boolean;
  total_marks: number | null;
  questions: Question[];
  response_areas: ResponseArea[];
  boundaries: Boundary[];
}

export interface Question {
  id: string;
  source: "manual" | "auto" | "import";
  confirmed: boolean;
  confidence: number | null;
  parent_id: string | null;
  label: string;
  order: number;
  max_marks: number | null;
  answer_type: "mcq" | "short" | "lines" | "long" | "numeric" | "table" | "drawing" | "graph" | null;
  mcq_options: unknown;
  mark_scheme: unknown;
  spec_ref: string | null;
  is_container: boolean;
  path: string;
}

export interface ResponseArea {
  id: string;
  source: "manual" | "auto" | "import";
  confirmed: boolean;
  confidence: number | null;
  question_id: string | null;
  page: number;
  bounds: Bounds;
  kind: "answer" | "mcq" | "name" | "candidate_number" | "ignore";
  response_form: unknown;
}
