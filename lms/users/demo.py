"""The demo accounts: everyone knows their password, so they exist in development only."""

DEMO_PASSWORD = "learn-by-doing-7"  # noqa: S105 - meant to be known
DEMO_LOGINS = {
    "admin@example.com": "administers",
    "instructor@example.com": "teaches a published course",
    "student@example.com": "studies",
}
