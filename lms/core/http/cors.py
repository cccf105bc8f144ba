"""Which headers a browser may send us from another origin, and which of ours its scripts may read.

Both lists are held by tests/middlewares/test_cors.py: against every header that the code reads from
a request, and against every header of every reply that any test sees.
"""

# Request headers that a script may set and that some route reads, with those that tracing
# libraries add to every request: a preflight that lacked one of these would refuse the request.
ALLOWED = (
    "Accept", "Authorization", "Baggage", "Cache-Control", "Content-Type", "Idempotency-Key",
    "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Pragma",
    "Range", "Sentry-Trace", "Traceparent", "Tracestate", "X-LMS-Session", "X-Request-ID",
    "X-Requested-With",
)  # fmt: skip

# Response headers that tell a client something. Browsers show scripts a few more without being
# asked, such as Content-Type; the security headers are for the browser itself.
EXPOSED = (
    "Accept-Ranges", "Allow", "Content-Disposition", "Content-Encoding", "Content-Length",
    "Content-Range", "Deprecation", "ETag", "Idempotent-Replayed", "Last-Modified", "Link",
    "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "Sunset", "WWW-Authenticate",
    "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-ID",
)  # fmt: skip
