// What a call can end with, other than its data.

import type { FieldFault } from "./generated/types.gen.js";

/** Anything that this package throws. */
export class LmsError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The server could not be reached, or the connection broke. */
export class ConnectionError extends LmsError {}

/** The server did not answer in time. */
export class TimeoutError extends LmsError {}

/**
 * The server refused the call, and said why. Decide by `code`, which is stable; show `message`;
 * `errors` points at each wrong field.
 */
export class ProblemError extends LmsError {
  readonly code: string;
  readonly errors: FieldFault[];
  readonly requestId: string | null;
  /** Seconds to wait. */
  readonly retryAfter: number | null;

  constructor(
    readonly status: number,
    problem: { code?: string; message?: string; errors?: FieldFault[]; request_id?: string },
    headers: Headers,
  ) {
    super(problem.message ?? `The server answered ${status}.`);
    this.code = problem.code ?? "unknown";
    this.errors = problem.errors ?? [];
    this.requestId = problem.request_id ?? headers.get("x-request-id");
    const wait = headers.get("retry-after");
    this.retryAfter = wait !== null && /^\d+$/.test(wait) ? Number(wait) : null;
  }

  /** Whether this is the problem of that code. */
  is<Code extends string>(code: Code): this is this & { code: Code } {
    return this.code === code;
  }
}

export class BadRequest extends ProblemError {}
export class Unauthorized extends ProblemError {}
export class PaymentRequired extends ProblemError {}
export class Forbidden extends ProblemError {}
export class NotFound extends ProblemError {}
export class Conflict extends ProblemError {}
export class PreconditionFailed extends ProblemError {}
export class Validation extends ProblemError {}
export class RateLimited extends ProblemError {}
export class Unavailable extends ProblemError {}

const BY_STATUS: Record<number, typeof ProblemError> = {
  400: BadRequest,
  401: Unauthorized,
  402: PaymentRequired,
  403: Forbidden,
  404: NotFound,
  409: Conflict,
  412: PreconditionFailed,
  422: Validation,
  429: RateLimited,
  503: Unavailable,
};

/** The error for a reply that is no success. */
export async function problemOf(reply: Response): Promise<ProblemError> {
  let problem: unknown = {};
  try {
    problem = await reply.json();
  } catch {
    // A proxy answered, in words of its own.
  }
  const known = typeof problem === "object" && problem !== null ? problem : {};
  return new (BY_STATUS[reply.status] ?? ProblemError)(reply.status, known, reply.headers);
}
