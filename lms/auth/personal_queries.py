"""What the tables of signing in hold about a person."""

from lms.core.db.query import Query
from lms.core.personal import PersonalTable

_PROOFS = "hashes and sealed secrets, of no use to the person and of much to a thief"

_export_sessions: Query[None] = Query("auth/export_sessions")
_erase_sessions: Query[None] = Query("auth/erase_sessions")
_export_sign_in_places: Query[None] = Query("auth/export_sign_in_places")
_erase_sign_in_places: Query[None] = Query("auth/erase_sign_in_places")
_export_mfa_factors: Query[None] = Query("auth/export_mfa_factors")
_erase_mfa_factors: Query[None] = Query("auth/erase_mfa_factors")
_erase_recovery_codes: Query[None] = Query("auth/erase_recovery_codes")
_erase_mfa_challenges: Query[None] = Query("auth/erase_mfa_challenges")
_export_mailed_tokens: Query[None] = Query("auth/export_mailed_tokens")
_erase_mailed_tokens: Query[None] = Query("auth/erase_mailed_tokens")
_export_pending_registrations: Query[None] = Query("auth/export_pending_registrations")
_erase_pending_registrations: Query[None] = Query("auth/erase_pending_registrations")
_erase_login_throttles: Query[None] = Query("auth/erase_login_throttles")
_erase_login_streaks: Query[None] = Query("auth/erase_login_streaks")

PERSONAL = (
    PersonalTable("sessions", export=_export_sessions, erase=_erase_sessions),
    PersonalTable("sign_in_places", export=_export_sign_in_places, erase=_erase_sign_in_places),
    PersonalTable("mfa_factors", export=_export_mfa_factors, erase=_erase_mfa_factors),
    PersonalTable("recovery_codes", erase=_erase_recovery_codes, why=_PROOFS),
    PersonalTable("mfa_challenges", erase=_erase_mfa_challenges, why=_PROOFS),
    PersonalTable("mailed_tokens", export=_export_mailed_tokens, erase=_erase_mailed_tokens),
    PersonalTable(
        "pending_registrations",
        export=_export_pending_registrations,
        erase=_erase_pending_registrations,
    ),
    PersonalTable(
        "login_throttles", erase=_erase_login_throttles, why="counts under a hash, for an hour"
    ),
    PersonalTable("login_streaks", erase=_erase_login_streaks, why="a count under a hash"),
    PersonalTable(
        "login_addresses", why="counts of client addresses, for a minute, of nobody known"
    ),
    PersonalTable("revocations", why="ids of what has ended, for minutes"),
)
