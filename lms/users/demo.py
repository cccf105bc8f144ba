"""The demo accounts: known to everyone, so they load in development alone."""

DEMO_PASSWORD = "learn-by-doing-7"  # noqa: S105 - meant to be known
DEMO_LOGINS = {
    "admin@example.com": "administers",
    "instructor@example.com": "teaches a published course",
    "student@example.com": "studies",
}
