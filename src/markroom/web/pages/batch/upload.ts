/** One file on its way in: sent with progress, then read page by page on the server. */
import { get, standingHeaders } from "../../elements/api.ts";
import type { Scan } from "../../elements/shapes.ts";

export type UploadState = "sending" | "reading" | "done" | "failed";

const POLL_MS = 1000;

export class Upload {
  state: UploadState = "sending";
  sent = 0;
  trouble = "";
  known = false;
  scan: Scan | null = null;

  constructor(readonly file: File, private readonly batchId: string, private readonly changed: () => void) {}

  async run(): Promise<void> {
    try {
      const scanId = await this.send();
      this.state = "reading";
      await this.follow(scanId);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.state = "failed";
      this.trouble = error.message;
    }
    this.changed();
  }

  /** XMLHttpRequest, because fetch tells nothing about what has been sent. */
  private send(): Promise<string> {
    const form = new FormData();
    form.append("file", this.file);
    const request = new XMLHttpRequest();
    request.open("POST", `/api/batches/${this.batchId}/scans`);
    for (const [name, value] of Object.entries(standingHeaders("POST"))) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => { this.sent = event.loaded / event.total; this.changed(); };
    return new Promise((resolve, reject) => {
      request.onerror = () => reject(new Error("The connection broke. Choose the file again; sending it twice changes nothing."));
      request.onload = () => {
        const answer = readAnswer(request.responseText);
        this.known = request.status === 200;
        if (answer.scan) resolve(answer.scan.id);
        else reject(new Error(answer.detail ?? "The server could not take this file."));
      };
      request.send(form);
    });
  }

  private async follow(scanId: string): Promise<void> {
    for (;;) {
      this.scan = await get<Scan>(`/api/scans/${scanId}`);
      if (this.scan.state === "failed") throw new Error("This file could not be read to its end. The pages read so far are kept.");
      if (this.scan.state === "done") break;
      this.changed();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    this.state = "done";
  }
}

function readAnswer(text: string): { scan?: { id: string }; detail?: string } {
  try {
    return JSON.parse(text) as { scan?: { id: string }; detail?: string };
  } catch {
    return {};
  }
}
