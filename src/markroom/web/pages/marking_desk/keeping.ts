/** What is kept for the team from the desk: from a comment or a decision to a memory with its links. */
import type { ClaimedItem } from "../../elements/shapes.ts";

export interface Decision {
  id: string;
  kind: string;
  text: string;
  author_name?: string | null;
  kind_word?: string;
  /** Why it is shown here, in a few words. */
  why: string;
  /** Kept at this desk just now, so that it can be taken back. */
  kept?: boolean;
}

/** The answer in hand, as far as a memory of it is concerned. */
export interface Subject {
  batch_id: string;
  project_id: string;
  script_id: string;
  question_id: string;
}

export function subjectOf(item: Pick<ClaimedItem, "script_id" | "question_id">, batch_id: string, project_id: string): Subject {
  return { batch_id, project_id, script_id: item.script_id, question_id: item.question_id };
}

export function bodyOf(subject: Subject, text: string, kind: "comment" | "decision") {
  const { project_id, script_id, question_id } = subject;
  return { project_id, kind, text, links: { question_id, script_id } };
}

/** A memory as the API answers it, of which the desk shows these. */
export interface Memory { id: string; kind: string; text: string; author: { name: string | null } }

export function decisionOf({ id, kind, text, author }: Memory): Decision {
  return { id, kind, text, kind_word: kind === "comment" ? "Comment" : "Decision", author_name: author.name, why: "kept just now", kept: true };
}

/** The newest first, each once: keeping the same words again answers the memory that is there. */
export function addKept(known: readonly Decision[], kept: Decision): Decision[] {
  return [kept, ...known.filter((one) => one.id !== kept.id)];
}
