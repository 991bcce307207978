/** The JSON API, spoken as the signed-in user. Every failure is an `ApiError` whose message can be shown. */

export const UNREACHABLE = "The server cannot be reached. Nothing is lost; try again when the connection is back.";

export interface Problem {
  status: number;
  code: string;
  detail: string;
  [extra: string]: unknown;
}

export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
  get status(): number { return this.problem.status; }
  /** True where sending the same again later may work. */
  get passing(): boolean { return this.status === 0 || this.status === 429 || this.status >= 500; }
}

export interface Answer<T> {
  status: number;
  etag: string | null;
  body: T;
}

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}

export function userId(): string { return meta("user-id"); }

export function standingHeaders(method: string): Record<string, string> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const institute = meta("institute-id");
  if (institute) headers["X-Institute-Id"] = institute;
  if (method !== "GET") headers["X-CSRF-Token"] = meta("csrf-token");
  return headers;
}

async function readProblem(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const problem = (body && typeof body === "object" ? body : {}) as Partial<Problem>;
  const detail = typeof problem.detail === "string" && problem.detail ? problem.detail : sayStatus(response.status);
  return { ...problem, status: response.status, code: problem.code ?? "", detail };
}

export function sayStatus(status: number): string {
  if (status === 401) return "You are signed out. Sign in again; nothing is lost.";
  if (status === 404) return "This is not here any more.";
  if (status >= 500) return "The server could not do this. Nothing is lost; try again.";
  return "This could not be done.";
}

interface Sending {
  body?: unknown;
  /** Sent as it is, instead of a body as JSON. */
  text?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export async function send<T>(method: string, url: string, sending: Sending = {}): Promise<Answer<T>> {
  const headers = { ...standingHeaders(method), ...sending.headers };
  const request: RequestInit = { method, headers, credentials: "same-origin" };
  if (sending.signal) request.signal = sending.signal;
  if (sending.body instanceof FormData) request.body = sending.body;
  else if (sending.text !== undefined) request.body = sending.text;
  else if (sending.body !== undefined) {
    headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(sending.body);
  }
  const response = await fetch(url, request).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError({ status: 0, code: "unreachable", detail: UNREACHABLE });
  });
  if (!response.ok) throw new ApiError(await readProblem(response));
  const body = response.status === 204 ? null : await response.json();
  return { status: response.status, etag: response.headers.get("ETag"), body: body as T };
}

export async function get<T>(url: string): Promise<T> {
  return (await send<T>("GET", url)).body;
}

/** Reads every page of a list; `key` names the array in the answer. */
export async function getAll<T>(url: string, key: string): Promise<T[]> {
  const rows: T[] = [];
  let cursor = "";
  do {
    const joint = url.includes("?") ? "&" : "?";
    const page = await get<Record<string, unknown>>(`${url}${joint}limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    rows.push(...((page[key] ?? []) as T[]));
    cursor = typeof page["next_cursor"] === "string" ? page["next_cursor"] : "";
  } while (cursor);
  return rows;
}

export function sayError(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  throw error;
}
