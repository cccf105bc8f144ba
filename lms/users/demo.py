"""The demo accounts: everyone knows their password, so they exist in development only."""

DEMO_PASSWORD = "learn-by-doing-7"  # noqa: S105 - meant to be known
DEMO_LOGINS = {
    "admin@example.com": "administers",
    "instructor@example.com": "teaches two published courses",
    "student@example.com": "studies",
    "graduate@example.com": "has a certificate that was put right",
}
