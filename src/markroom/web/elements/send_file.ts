/** Sends one file with progress: by XMLHttpRequest, because fetch tells nothing about what has been sent. */
import { ApiError, sayStatus, standingHeaders, UNREACHABLE, type Answer, type Problem } from "./api.ts";

export function sendFile<T>(url: string, file: File, progressed: (share: number) => void, headers: Record<string, string> = {}): Promise<Answer<T>> {
  const form = new FormData();
  form.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", url);
  for (const [name, value] of Object.entries({ ...standingHeaders("POST"), ...headers })) request.setRequestHeader(name, value);
  request.upload.onprogress = (event) => progressed(event.loaded / event.total);
  return new Promise((resolve, reject) => {
    request.onerror = () => reject(new ApiError({ status: 0, code: "unreachable", detail: UNREACHABLE }));
    request.onload = () => {
      const { status } = request;
      const body = readJson(request.responseText);
      if (status >= 200 && status < 300) resolve({ status, etag: request.getResponseHeader("ETag"), body: body as T });
      else reject(new ApiError({ code: "", detail: sayStatus(status), ...(body as Partial<Problem>), status }));
    };
    request.send(form);
  });
}

function readJson(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch {
    return {};
  }
}
