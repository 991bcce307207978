/**
 * Marks on their way to the server. Each is kept on this device until the server has it, so a lost connection loses none;
 * one mark at a time per answer, the newest winning over what has not been sent yet.
 */
import { ApiError, send } from "../../elements/api.ts";
import type { Annotation, MarkEntry, MarkState } from "../../elements/shapes.ts";

export interface MarkBody {
  marks: number | null;
  state: MarkState;
  points?: number[];
  comment?: string | null;
  annotations?: Annotation[];
}

export interface Trouble { status: number; detail: string; current: MarkEntry | null }

export interface Outgoing {
  key: string;
  user_id: string;
  batch_id: string;
  script_id: string;
  question_id: string;
  path: string;
  body: MarkBody;
  version: number;
  queued_at: number;
  trouble: Trouble | null;
}

export interface OutgoingStore {
  list(userId: string): Promise<Outgoing[]>;
  get(key: string): Promise<Outgoing | undefined>;
  put(outgoing: Outgoing): Promise<void>;
  remove(key: string): Promise<void>;
}

export async function putMark(outgoing: Outgoing): Promise<MarkEntry> {
  const url = `/api/scripts/${outgoing.script_id}/marks/${outgoing.question_id}`;
  const headers = { "If-Match": `"${outgoing.version}"` };
  return (await send<MarkEntry>("PUT", url, { body: outgoing.body, headers })).body;
}

export type PutMark = (outgoing: Outgoing) => Promise<MarkEntry>;

export class Outbox {
  /** Marks not yet at the server, the troubled ones included. */
  waiting: Outgoing[] = [];
  /** Why sending stopped; empty while all is well. */
  stopped = "";
  private running: Promise<void> | null = null;
  private again = false;
  /** Versions the server answered with, newer than what a mark was typed on. */
  private readonly known = new Map<string, number>();

  constructor(
    private readonly store: OutgoingStore,
    private readonly userId: string,
    private readonly putMark: PutMark,
    private readonly saved: (outgoing: Outgoing, entry: MarkEntry) => void,
    private readonly changed: () => void,
  ) {}

  get troubled(): Outgoing[] { return this.waiting.filter((one) => one.trouble); }
  get unsent(): Outgoing[] { return this.waiting.filter((one) => !one.trouble); }

  async add(outgoing: Outgoing): Promise<void> {
    await this.store.put(outgoing);
    await this.flush();
  }

  /** Drops a troubled mark (the marker kept what is at the server) or sends it over the version the server has now. */
  async settle(key: string, choice: "drop" | "send"): Promise<void> {
    const outgoing = await this.store.get(key);
    if (!outgoing) return;
    if (choice === "drop") await this.store.remove(key);
    else await this.store.put({ ...outgoing, version: outgoing.trouble?.current?.version ?? outgoing.version, trouble: null });
    await this.flush();
  }

  /** Sends all that waits; a call during a run makes it go round once more. */
  async flush(): Promise<void> {
    this.again = true;
    this.running ??= this.run();
    await this.running;
  }

  private async run(): Promise<void> {
    try {
      while (this.again) {
        this.again = false;
        this.stopped = "";
        await this.look();
        for (const outgoing of this.unsent) if (!this.stopped) await this.sendOne(outgoing);
        await this.look();
      }
    } finally {
      this.running = null;
    }
  }

  private async look(): Promise<void> {
    this.waiting = (await this.store.list(this.userId)).sort((a, b) => a.queued_at - b.queued_at);
    this.changed();
  }

  private async sendOne(outgoing: Outgoing): Promise<void> {
    try {
      const version = Math.max(outgoing.version, this.known.get(outgoing.key) ?? 0);
      await this.arrived(outgoing, await this.putMark({ ...outgoing, version }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.passing || error.status === 401) this.stopped = error.message;
      else await this.store.put({ ...outgoing, trouble: troubleOf(error) });
    }
  }

  private async arrived(outgoing: Outgoing, entry: MarkEntry): Promise<void> {
    this.known.set(outgoing.key, entry.version);
    const kept = await this.store.get(outgoing.key);
    if (kept && kept.queued_at !== outgoing.queued_at) this.again = true;
    else await this.store.remove(outgoing.key);
    this.saved(outgoing, entry);
  }
}

function troubleOf(error: ApiError): Trouble {
  const current = (error.problem["current"] ?? error.problem["entry"] ?? null) as MarkEntry | null;
  return { status: error.status, detail: error.message, current: error.status === 412 ? current : null };
}
