// What a call is and how it is kept alive: sessions, retries, errors.

import { ConnectionError, LmsError, ProblemError, TimeoutError, Unauthorized, problemOf } from "./errors.js";
import { VERSION } from "./version.js";

const EARLY_MS = 30_000; // before its end a token is traded: it must live until the server reads it
const LONGEST_WAIT_SECONDS = 60;
const LONGEST_BACKOFF_MS = 8_000;
const SAFE = ["GET", "PUT", "DELETE"]; // which have the same effect once and twice

export interface Operation {
  id: string;
  method: string;
  path: string;
  reply: "data" | "list" | "page" | "bytes" | "nothing";
  takesKey?: boolean;
  isSigned?: boolean;
}

/** What may be said with any call. */
export interface CallOptions {
  /** An ETag: only if it was not changed since, else `PreconditionFailed`. */
  ifMatch?: string;
  idempotencyKey?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
}

export interface Given {
  path?: Record<string, string>;
  query?: object | undefined;
  body?: unknown;
}

/** The data of a reply and what came with it. */
export interface WithResponse<T> {
  data: T;
  meta: { request_id?: string; next_cursor?: string | null; total?: number };
  etag: string | null;
  requestId: string | null;
  headers: Headers;
}

/** A call that is under way; await it for the data, or `.withResponse()` for all that came. */
export type Call<T> = Promise<T> & { withResponse(): Promise<WithResponse<T>> };

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  total: number | undefined;
}

/** A list. Going through it asks for each next page only when it is needed. */
export class List<T> implements AsyncIterable<T> {
  constructor(private readonly ask: (cursor?: string) => Promise<WithResponse<T[]>>) {}

  /** One page: the first, or the one that a cursor leads to. */
  async page(cursor?: string): Promise<Page<T>> {
    const { data, meta } = await this.ask(cursor);
    return { items: data, nextCursor: meta.next_cursor ?? null, total: meta.total };
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    let cursor: string | undefined;
    do {
      const page = await this.page(cursor);
      yield* page.items;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** The first `max` rows, as an array. */
  async all({ max }: { max: number }): Promise<T[]> {
    const found: T[] = [];
    if (max <= 0) return found;
    for await (const item of this) {
      found.push(item);
      if (found.length >= max) break;
    }
    return found;
  }
}

/** The tokens of somebody who is signed in. `expiresAt` is in milliseconds of Unix time. */
export interface Session {
  accessToken: string;
  /** Absent where a cookie holds it. */
  refreshToken?: string;
  expiresAt: number;
}

/** Where a session is kept. */
export interface SessionStorage {
  load(): Session | null | Promise<Session | null>;
  save(session: Session | null): void | Promise<void>;
}

export type LmsEvent =
  | { type: "retry"; operation: string; waitMs: number }
  | { type: "refreshed" }
  | { type: "signed_out" };

export interface LmsOptions {
  /** The origin of the server, such as `https://learn.example.com`. */
  baseUrl: string;
  /**
   * `cookie: true` in browsers on the site of the API; `apiKey` for servers alone; nothing to sign
   * in with `auth.login()`.
   */
  auth?: { cookie: true } | { apiKey: string };
  storage?: SessionStorage;
  fetch?: typeof fetch;
  timeoutMs?: number;
  maxRetries?: number;
  onEvent?: (event: LmsEvent) => void;
}

interface SignedInReply {
  user?: unknown;
  tokens?: { access_token: string; refresh_token?: string; expires_in: number };
  mfa_token?: string;
}

const isBrowser = typeof document !== "undefined";
const REFRESH: Operation = { id: "refresh", method: "POST", path: "/api/v1/auth/refresh", reply: "data" };
const SIGNS_IN = ["register", "login", "mfa_login", "refresh"];

export class Core {
  readonly baseUrl: string;
  readonly byCookie: boolean;
  mfaToken: string | null = null;
  private readonly apiKey: string | null;
  private readonly storage: SessionStorage;
  private readonly fetch: typeof fetch;
  private readonly timeoutMs: number;
  private readonly maxRetries: number;
  private readonly onEvent: (event: LmsEvent) => void;
  private readonly watchers = new Set<(session: Session | null) => void>();
  private refreshing: Promise<void> | null = null;

  constructor(options: LmsOptions) {
    this.baseUrl = options.baseUrl.replace(/\/+$/, "");
    this.byCookie = options.auth !== undefined && "cookie" in options.auth;
    this.apiKey = options.auth !== undefined && "apiKey" in options.auth ? options.auth.apiKey : null;
    if (this.apiKey !== null && isBrowser) {
      throw new LmsError("An API key in a page is everybody's: sign in, or use the cookie.");
    }
    this.storage = options.storage ?? memory();
    this.fetch = options.fetch ?? ((...given) => globalThis.fetch(...given));
    this.timeoutMs = options.timeoutMs ?? 30_000;
    this.maxRetries = options.maxRetries ?? 2;
    this.onEvent = options.onEvent ?? (() => undefined);
  }

  /** Hear of each change of the session. Returns how to stop. */
  watch(watcher: (session: Session | null) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  async session(): Promise<Session | null> {
    return this.storage.load();
  }

  /** Sign in again by the cookie; whether there was one that is good. */
  async restore(): Promise<boolean> {
    try {
      await this.refresh(null);
      return true;
    } catch (error) {
      if (error instanceof Unauthorized) return false;
      throw error;
    }
  }

  call<T>(operation: Operation, given: Given, options: CallOptions = {}): Call<T> {
    const whole = this.exchange(operation, given, options).then((reply) => read<T>(operation, reply));
    const data = whole.then((found) => found.data);
    return Object.assign(data, {
      withResponse: () => {
        data.catch(() => undefined); // whoever asks for the whole does not wait for the part
        return whole;
      },
    });
  }

  private async exchange(operation: Operation, given: Given, options: CallOptions): Promise<Response> {
    const key = options.idempotencyKey ?? (operation.takesKey ? crypto.randomUUID() : undefined);
    let wasRefused = false;
    for (let tries = 0; ; ) {
      const token = await this.token(operation);
      let failure: LmsError;
      let wait: number | null = null;
      try {
        const reply = await this.send(operation, given, options, token, key);
        if (reply.ok || reply.status === 304) {
          await this.keep(operation, reply);
          return reply;
        }
        const problem = await problemOf(reply);
        if (reply.status === 401 && token !== null && !wasRefused && this.apiKey === null) {
          wasRefused = true;
          await this.refresh(token);
          continue;
        }
        if (!mayPass(problem)) throw problem;
        failure = problem;
        wait = problem.retryAfter;
      } catch (error) {
        if (!(error instanceof ConnectionError || error instanceof TimeoutError)) throw error;
        failure = error;
      }
      const mayRepeat = SAFE.includes(operation.method) || key !== undefined;
      if (tries >= this.maxRetries || !mayRepeat || (wait ?? 0) > LONGEST_WAIT_SECONDS) throw failure;
      tries += 1;
      const most = Math.min(LONGEST_BACKOFF_MS, 500 * 2 ** tries);
      const waitMs = wait !== null ? wait * 1000 : most / 2 + (Math.random() * most) / 2;
      this.onEvent({ type: "retry", operation: operation.id, waitMs });
      await sleep(waitMs, options.signal);
    }
  }

  private async token(operation: Operation): Promise<string | null> {
    if (this.apiKey !== null) return this.apiKey;
    if (!operation.isSigned) return null;
    let session = await this.storage.load();
    if (session !== null && session.expiresAt - EARLY_MS <= Date.now()) {
      await this.refresh(session.accessToken);
      session = await this.storage.load();
    }
    return session?.accessToken ?? null;
  }

  /** Trade the refresh token, once for all calls that wait, and once for all tabs. */
  private refresh(stale: string | null): Promise<void> {
    this.refreshing ??= this.alone(() => this.trade(stale)).finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  private alone(work: () => Promise<void>): Promise<void> {
    const locks = typeof navigator === "undefined" ? undefined : navigator.locks;
    // Without locks two tabs may come at once; the server gives both the same pair for 10 s.
    return locks === undefined ? work() : locks.request(`lms-refresh ${this.baseUrl}`, work).then((done) => done);
  }

  private async trade(stale: string | null): Promise<void> {
    const session = await this.storage.load();
    if (session !== null && stale !== null && session.accessToken !== stale) return;
    const token = session?.refreshToken;
    if (token === undefined && !this.byCookie) {
      throw new Unauthorized(401, { code: "unauthorized", message: "Nobody is signed in." }, new Headers());
    }
    const body = token !== undefined ? { refresh_token: token } : {};
    const reply = await this.send(REFRESH, { body }, {}, null, undefined);
    if (reply.ok) {
      await this.keep(REFRESH, reply);
      this.onEvent({ type: "refreshed" });
      return;
    }
    const problem = await problemOf(reply);
    if (reply.status === 401) {
      await this.store(null);
      this.onEvent({ type: "signed_out" });
    }
    throw problem;
  }

  private async send(
    operation: Operation,
    given: Given,
    options: CallOptions,
    token: string | null,
    key: string | undefined,
  ): Promise<Response> {
    const headers = new Headers({ Accept: operation.reply === "bytes" ? "*/*" : "application/json" });
    if (!isBrowser) headers.set("User-Agent", `lms-client-typescript/${VERSION} (API v1)`);
    if (token !== null) headers.set("Authorization", `Bearer ${token}`);
    if (key !== undefined) headers.set("Idempotency-Key", key);
    if (options.ifMatch !== undefined) headers.set("If-Match", options.ifMatch);
    const isAuth = operation.path.startsWith("/api/v1/auth/");
    let body = given.body;
    if (this.byCookie && isAuth) {
      headers.set("X-LMS-Session", "cookie");
      if (SIGNS_IN.includes(operation.id)) body = { ...(body as object | undefined), session: "cookie" };
    }
    if (["POST", "PUT", "PATCH"].includes(operation.method)) {
      headers.set("Content-Type", "application/json");
      body = JSON.stringify(body ?? {});
    }
    const init: RequestInit = { method: operation.method, headers };
    if (typeof body === "string") init.body = body;
    if (this.byCookie && isAuth) init.credentials = "include";
    return this.within(options, (signal) => this.fetch(this.url(operation.path, given), { ...init, signal }));
  }

  /** Do it within the time that there is. */
  async within(options: CallOptions, work: (signal: AbortSignal) => Promise<Response>): Promise<Response> {
    const control = new AbortController();
    const limit = options.timeoutMs ?? this.timeoutMs;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      control.abort();
    }, limit);
    const stop = (): void => control.abort(options.signal?.reason);
    options.signal?.addEventListener("abort", stop);
    try {
      options.signal?.throwIfAborted();
      const reply = await work(control.signal);
      // The body may be as slow as the head: it is read within the same time.
      const bytes = reply.status === 204 || reply.status === 304 ? null : await reply.arrayBuffer();
      return new Response(bytes, { status: reply.status, headers: reply.headers });
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason;
      if (isLate) throw new TimeoutError(`The server did not answer within ${limit} ms.`);
      throw new ConnectionError("The server could not be reached.", { cause: error });
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", stop);
    }
  }

  private url(path: string, given: Given): string {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(given.path?.[name] ?? ""));
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(given.query ?? {})) {
      if (value !== undefined && value !== null) query.set(name, String(value));
    }
    return this.baseUrl + filled + (query.size > 0 ? `?${query}` : "");
  }

  /** Remember what a reply says about who is signed in. */
  private async keep(operation: Operation, reply: Response): Promise<void> {
    if (operation.id === "logout" || operation.id === "logout_all") {
      await this.store(null);
      this.onEvent({ type: "signed_out" });
    } else if (SIGNS_IN.includes(operation.id)) {
      const { data } = (await reply.clone().json()) as { data: SignedInReply };
      if (data.mfa_token !== undefined) this.mfaToken = data.mfa_token;
      if (data.tokens !== undefined) {
        this.mfaToken = null;
        const { access_token, refresh_token, expires_in } = data.tokens;
        const session: Session = { accessToken: access_token, expiresAt: Date.now() + expires_in * 1000 };
        await this.store(refresh_token === undefined ? session : { ...session, refreshToken: refresh_token });
      }
    }
  }

  private async store(session: Session | null): Promise<void> {
    await this.storage.save(session);
    for (const watcher of this.watchers) watcher(session);
  }
}

/** The operations of one tag. */
export class Area {
  constructor(protected readonly core: Core) {}

  protected send<T>(operation: Operation, given: Given, options?: CallOptions): Call<T> {
    return this.core.call<T>(operation, given, options);
  }

  protected pages<T>(operation: Operation, given: Given, options?: CallOptions): List<T> {
    return new List<T>((cursor) => {
      const query = cursor === undefined ? given.query : { ...given.query, cursor };
      return this.core.call<T[]>(operation, query ? { ...given, query } : given, options).withResponse();
    });
  }
}

async function read<T>(operation: Operation, reply: Response): Promise<WithResponse<T>> {
  const headers = reply.headers;
  const rest = { etag: headers.get("etag"), requestId: headers.get("x-request-id"), headers };
  if (operation.reply === "bytes") return { data: (await reply.blob()) as T, meta: {}, ...rest };
  if (reply.status === 204 || reply.status === 304) return { data: undefined as T, meta: {}, ...rest };
  const { data, meta } = (await reply.json()) as { data: T; meta: WithResponse<T>["meta"] };
  return { data, meta, ...rest };
}

function memory(): SessionStorage {
  let kept: Session | null = null;
  return {
    load: () => kept,
    save: (session) => {
      kept = session;
    },
  };
}

/** Whether the same call may succeed a little later. */
function mayPass(problem: ProblemError): boolean {
  return problem.status === 429 || problem.status === 503 || problem.is("idempotency_in_progress");
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const stop = (): void => {
      clearTimeout(timer);
      fail(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      done();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
