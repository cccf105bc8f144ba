import * as areas from "./areas.gen.js";
import { type Call, type CallOptions, Core, type LmsOptions, type Session } from "./core.js";
import { ConnectionError, LmsError, problemOf } from "./errors.js";
import type { DirectUpload, LearningFile, SignInOutcome } from "./generated/types.gen.js";

/** Signing in and out. The client keeps the tokens and trades them in time. */
export class AuthCalls extends areas.AuthCalls {
  /** The second step of a sign-in that wants a code. */
  completeMfa(code: string, options?: CallOptions): Call<SignInOutcome> {
    const token = this.core.mfaToken;
    if (token === null) throw new LmsError("No sign-in waits for a code: call auth.login() first.");
    return this.mfaLogin({ mfa_token: token, code }, options);
  }

  /** Hear of each change of the session, null when it has ended. Returns how to stop. */
  onSession(watcher: (session: Session | null) => void): () => void {
    return this.core.watch(watcher);
  }

  /** Who is signed in; null if nobody is. */
  session(): Promise<Session | null> {
    return this.core.session();
  }

  /** Sign in again, at the load of a page; whether there was a session that is good. */
  restore(): Promise<boolean> {
    return this.core.restore();
  }
}

export interface UploadOptions {
  isPublic?: boolean;
  signal?: AbortSignal;
  /** Told in browsers, as the bytes leave. */
  onProgress?: (sent: number, size: number) => void;
}

/** Files, and sending them. */
export class FilesCalls extends areas.FilesCalls {
  /** Send a file to where the server says: its storage, or itself. */
  async upload(file: Blob & { name?: string }, options: UploadOptions = {}): Promise<LearningFile> {
    const call: CallOptions = options.signal ? { signal: options.signal } : {};
    const filename = file.name ?? "file";
    const body = { filename, size: file.size, is_public: options.isPublic ?? false };
    const begun = await this.beginUpload(body, call);
    const reply = await send(begun, file, options);
    if (!reply.ok) throw await problemOf(reply);
    return this.completeUpload(begun.id, call);
  }
}

async function send(begun: DirectUpload, file: Blob, { signal, onProgress }: UploadOptions): Promise<Response> {
  if (onProgress !== undefined && typeof XMLHttpRequest !== "undefined") {
    return sendWatched(begun, file, onProgress, signal);
  }
  const init: RequestInit = { method: begun.method, headers: begun.headers, body: file };
  try {
    return await fetch(begun.url, signal ? { ...init, signal } : init);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw new ConnectionError("The storage could not be reached.", { cause: error });
  }
}

/** By XMLHttpRequest, since fetch does not tell how far a body has come. */
function sendWatched(
  begun: DirectUpload,
  file: Blob,
  onProgress: (sent: number, size: number) => void,
  signal?: AbortSignal,
): Promise<Response> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open(begun.method, begun.url);
    for (const [name, value] of Object.entries(begun.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onProgress(event.loaded, file.size);
    request.onload = () => done(new Response(request.responseText || null, { status: request.status }));
    request.onerror = () => fail(new ConnectionError("The storage could not be reached."));
    request.onabort = () => fail(signal?.reason);
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

/**
 * The API.
 *
 *     const lms = new LmsClient({ baseUrl: "https://learn.example.com" });
 *     await lms.auth.login({ email, password });
 *     for await (const course of lms.courses.list({ q: "python" })) console.log(course.title);
 */
export class LmsClient {
  readonly analytics: areas.AnalyticsCalls;
  readonly attempts: areas.AttemptsCalls;
  readonly auth: AuthCalls;
  readonly certificates: areas.CertificatesCalls;
  readonly courses: areas.CoursesCalls;
  readonly events: areas.EventsCalls;
  readonly files: FilesCalls;
  readonly learning: areas.LearningCalls;
  readonly lessons: areas.LessonsCalls;
  readonly orders: areas.OrdersCalls;
  readonly questions: areas.QuestionsCalls;
  readonly quizzes: areas.QuizzesCalls;
  readonly reviews: areas.ReviewsCalls;
  readonly users: areas.UsersCalls;
  readonly webhooks: areas.WebhooksCalls;

  constructor(options: LmsOptions) {
    const core = new Core(options);
    this.analytics = new areas.AnalyticsCalls(core);
    this.attempts = new areas.AttemptsCalls(core);
    this.auth = new AuthCalls(core);
    this.certificates = new areas.CertificatesCalls(core);
    this.courses = new areas.CoursesCalls(core);
    this.events = new areas.EventsCalls(core);
    this.files = new FilesCalls(core);
    this.learning = new areas.LearningCalls(core);
    this.lessons = new areas.LessonsCalls(core);
    this.orders = new areas.OrdersCalls(core);
    this.questions = new areas.QuestionsCalls(core);
    this.quizzes = new areas.QuizzesCalls(core);
    this.reviews = new areas.ReviewsCalls(core);
    this.users = new areas.UsersCalls(core);
    this.webhooks = new areas.WebhooksCalls(core);
  }
}
