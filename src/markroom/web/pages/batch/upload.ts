/** One file on its way in: sent with progress, then read page by page on the server. */
import { ApiError, get } from "../../elements/api.ts";
import { sendFile } from "../../elements/send_file.ts";
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
      if (!(error instanceof ApiError)) throw error;
      this.fail(error.message);
    }
    this.changed();
  }

  private fail(why: string): void {
    this.state = "failed";
    this.trouble = why;
  }

  private async send(): Promise<string> {
    const answer = await sendFile<{ scan: { id: string } }>(`/api/batches/${this.batchId}/scans`, this.file, (sent) => { this.sent = sent; this.changed(); });
    this.known = answer.status === 200;
    return answer.body.scan.id;
  }

  private async follow(scanId: string): Promise<void> {
    for (;;) {
      this.scan = (await this.look(scanId)) ?? this.scan;
      this.changed();
      if (this.scan?.state === "done") { this.state = "done"; return; }
      if (this.scan?.state === "failed") { this.fail("This file could not be read to its end. The pages read so far are kept."); return; }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Null while the server cannot be reached: reading goes on there. */
  private async look(scanId: string): Promise<Scan | null> {
    try {
      return await get<Scan>(`/api/scans/${scanId}`);
    } catch (error) {
      if (error instanceof ApiError && error.passing) return null;
      throw error;
    }
  }
}
