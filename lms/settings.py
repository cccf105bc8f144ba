"""Every setting of the application: one frozen dataclass, read from the environment once.

A field `rate_limit_auth_per_minute` is the variable `LMS_RATE_LIMIT_AUTH_PER_MINUTE`. Any of
them may instead name a file, `LMS_SECRET_KEYS_FILE=/run/secrets/keys`, as container secrets do.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

Network = IPv4Network | IPv6Network

DEVELOPMENT_SECRET = "only-for-development-never-for-production"  # noqa: S105 - refused in production
# Extensions with a check of the content in lms/files/kinds.py.
FILE_TYPES = (
    "mp4", "webm", "mov", "mp3", "m4a", "vtt", "pdf", "doc", "docx", "ppt", "pptx", "xls", "xlsx",
    "odt", "odp", "ods", "txt", "md", "csv", "zip", "png", "jpg", "jpeg", "gif", "webp",
)  # fmt: skip
_PREFIX = "LMS_"


class SettingsError(Exception):
    """A setting is wrong; the message names it and says what would be right."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must not be shown: its repr and str are blank."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "***"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator can set. Units and reasons stand beside the defaults."""

    # Where and how it runs
    environment: Literal["development", "test", "staging", "production"] = "development"
    debug: bool = False  # asyncio's debug mode: the log names what holds the event loop for 0.1 s
    # and coroutines that nobody awaited; slow, so production refuses it
    host: str = "127.0.0.1"  # loopback, so that opening it to a network is a decision
    port: int = 8000
    data_dir: Path = Path("var")  # mails, local files, embedded servers
    web_concurrency: int = 1  # API processes; one a core is right
    public_url: str | None = None  # how clients reach us; None: from host and port, in production
    # an error: mailed links would lead to this machine, and browsers would not insist on TLS
    frontend_url: str | None = None  # where mailed links lead; None: our own small pages
    site_name: str = "Learning Platform"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    sentry_dsn: Secret | None = None  # errors go there, without secrets and personal data
    traces_url: Secret | None = (
        None  # OTLP over HTTP, http://collector:4318/v1/traces; lms[tracing]
    )
    traces_sample_percent: float = 10.0  # of the traces; a span costs 20 µs, then its export
    trusted_proxies: tuple[Network, ...] = ()  # only these may say who the client is
    cors_origins: tuple[str, ...] = ()  # sites whose pages may call us, as http://localhost:5173
    shutdown_grace_seconds: float = 2.0  # still serving after "not ready", so that proxies notice

    # Signing keys, newest first, as kid:secret; old ones verify until they are removed.
    secret_keys: tuple[Secret, ...] = (Secret(f"dev:{DEVELOPMENT_SECRET}"),)

    # PostgreSQL
    database_url: Secret = Secret("postgresql://postgres@127.0.0.1:5432/lms")
    database_replica_url: Secret | None = None  # for reads that may lag 5 s
    database_pool_size: int = 10  # connections of each pool and process
    database_connect_seconds: float = 1.0  # waiting for a free connection, then 503
    database_statement_seconds: float = 2.0  # acquire + statement stay under the promised 5 s

    # Redis
    redis_url: Secret = Secret("redis://127.0.0.1:6379/0")
    redis_timeout_seconds: float = 0.05  # a hung Redis may cost a request this much, no more

    # Requests
    max_json_bytes: int = 1_048_576
    body_read_seconds: float = 10.0  # a body that takes longer to arrive is refused
    rate_limit_general_per_minute: int = 100  # per address; 0 turns a limit off
    rate_limit_auth_per_minute: int = 60  # per address
    rate_limit_uploads_per_hour: int = 100  # per user

    # Identity
    registration_mode: Literal["open", "confirm"] = "open"
    password_min_length: int = 8  # code points
    access_token_seconds: int = 900
    token_leeway_seconds: int = 5  # between our clocks: a token of one host is used at another
    refresh_token_days: int = 30  # without a refresh; each refresh starts them again
    session_days: int = 365  # however often it is refreshed; then the person signs in again
    sessions_per_user: int = 50  # more than anyone has devices; then the least used one ends
    login_failures_per_address_per_minute: int = 10  # 0 turns it off
    argon2_parallel: int = 1  # hashes at once in a process: each takes 19 MiB and a core away from
    # the rest
    argon2_queue: int = 100  # waiting hashes before 503

    # Mail
    smtp_url: Secret | None = None  # smtp[s]://user:password@host:port; None: .eml files
    mail_from: str = "Learning Platform <no-reply@example.com>"
    mail_templates_dir: Path | None = None  # templates here win over ours of the same name
    smtp_timeout_seconds: float = 20.0  # for a whole delivery; then it is tried again later

    # Privacy
    erasure_keeps_certificates: bool = True  # with their names: employers verify them for years

    # Files
    storage: Literal["local", "s3", "azure"] = "local"  # local: below the data folder
    s3_bucket: str | None = None
    s3_region: str = "us-east-1"
    s3_endpoint_url: str | None = None  # of a compatible service; None: Amazon's own
    s3_access_key_id: Secret | None = None  # None: what the machine's role gives
    s3_secret_access_key: Secret | None = None
    azure_connection_string: Secret | None = None  # with AccountKey: it signs direct uploads
    azure_container: str | None = None
    file_max_bytes: int = 104_857_600  # 100 MiB, of one file
    file_quota_bytes: int = 5_368_709_120  # 5 GiB, of all files of one person
    file_types: tuple[str, ...] = FILE_TYPES  # extensions; may only be narrowed
    file_link_seconds: int = 900  # a signed link, unless its maker says otherwise
    file_upload_url_seconds: int = 3600  # within which a straight-to-storage upload must end
    upload_bytes_per_second: int = 8192  # an upload that drips slower for 10 s is cut
    image_max_pixels: int = 50_000_000  # 200 MB unpacked; more is taken for a pixel bomb
    archive_max_bytes: int = 2_147_483_648  # an archive's contents unpacked, nested ones too

    # Parsers: processes that look into files and draw documents
    parser_processes: int = 2  # of each API and worker process; started when needed, with less
    # priority than requests, and ended after 5 idle minutes
    parser_memory_bytes: int = 805_306_368  # 768 MiB: a picture of the most pixels in any format
    # but WebP, which takes four times its pixels; more is 422 too_expensive
    parser_cpu_seconds: int = 10  # of a core for one file; beyond, it is 422 too_expensive

    # Learning
    quiz_grace_seconds: int = 5  # a slow connection shouldn't cost a student the answer
    watched_parts_max: int = 500  # disjoint parts of one lesson, some 10 kB of a reply: more than
    # anyone's seeking leaves behind; beyond, the smallest gaps count as watched
    invitations_per_day: int = 20_000  # addresses that one person gives places to in 24 hours: two
    # of the longest lists; each may be a mail from our domain to a stranger
    attempts_max: int = 1000  # of one student at a quiz without a limit of its own; each keeps
    # its questions and answers

    # Writing twice
    idempotent_reply_bytes_per_day: int = 10_485_760  # 10 MiB of one person's replies are kept;
    # beyond, their keys still count, but a repeat is told that its reply was not kept

    # Promises
    job_lease_seconds: int = 15  # a worker silent for longer is taken for dead; with the
    # sweep this keeps "done within 30 s of a kill -9"; it is renewed every quarter of it
    sweep_seconds: float = 5.0  # how often workers look for what a wake-up missed
    worker_concurrency: int = 5  # jobs at once of each queue and process: they mostly wait; and
    # one of each kind that has none among them, so that long jobs hold up no other kind
    job_retention_days: int = 30  # done jobs, except periodic ones: to answer "was it sent?"
    dead_job_retention_days: int = 180  # dead jobs wait for somebody to look into them
    webhook_allowed_nets: tuple[Network, ...] = ()  # private networks webhooks may reach
    webhook_concurrency: int = 50  # receivers served at once by a worker process: they mostly wait
    event_retention_days: int = 90  # events and deliveries: how far back a consumer can catch up
    certificate_template: Path | None = None  # the site's design, config/certificate.example.json

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def base_url(self) -> str:
        """How clients reach us, without a trailing slash."""
        return (self.public_url or http_url(self.host, self.port)).rstrip("/")

    @property
    def key_ring(self) -> dict[str, bytes]:
        """Signing keys by kid; the first signs, all verify."""
        pairs = (key.value.partition(":") for key in self.secret_keys)
        return {kid: secret.encode() for kid, _, secret in pairs}


def http_url(host: str, port: int) -> str:
    """The address of a host's port; an IPv6 address stands in brackets (RFC 3986 §3.2.2)."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def variable(name: str) -> str:
    """The environment variable of a field."""
    return _PREFIX + name.upper()


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check every setting.

    Raises SettingsError, whose sentence names the variable, for a value that cannot be
    understood, an `LMS_*` variable that does not exist, or what production refuses.
    """
    environ = os.environ if environ is None else environ
    known = {variable(f.name): f.name for f in fields(Settings)}
    for name in environ:
        if name.startswith(_PREFIX) and name.removesuffix("_FILE") not in known:
            raise SettingsError(
                f"{name} is not a setting; see docs/settings.md for those that are."
            )
    hints = get_type_hints(Settings)
    values: dict[str, Any] = {}
    for name, field_name in known.items():
        text = _read(environ, name)
        if text is not None:
            values[field_name] = _parse(name, text, hints[field_name])
    settings = Settings(**values)
    _check(settings)
    return settings


def _read(environ: Mapping[str, str], name: str) -> str | None:
    text, path = environ.get(name) or None, environ.get(f"{name}_FILE") or None
    if text is not None and path is not None:
        raise SettingsError(f"{name} and {name}_FILE are both set; keep one.")
    if path is None:
        return text
    try:
        return Path(path).read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}_FILE names a file that cannot be read: {error}.") from error


def _parse(name: str, text: str, kind: Any) -> Any:
    if get_origin(kind) in (Union, UnionType) and type(None) in get_args(kind):
        kind = next(arg for arg in get_args(kind) if arg is not type(None))
    if get_origin(kind) is Literal:
        if text not in get_args(kind):
            raise SettingsError(f"{name} must be one of {', '.join(get_args(kind))}.")
        return text
    if get_origin(kind) is tuple:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return tuple(_parse(name, part, get_args(kind)[0]) for part in parts)
    if kind == Network:
        try:
            return ip_network(text)
        except ValueError:
            raise SettingsError(f"{name} must list networks like 10.0.0.0/8.") from None
    if kind is bool:
        if text.lower() not in ("true", "false", "1", "0"):
            raise SettingsError(f"{name} must be true or false.")
        return text.lower() in ("true", "1")
    if kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            whole = "a whole number" if kind is int else "a number"
            raise SettingsError(f"{name} must be {whole}.") from None
        if not 0 <= number < 2**53:  # also refuses nan and infinity
            raise SettingsError(f"{name} must not be negative, and must be finite.")
        return number
    return kind(text)


_AT_LEAST_ONE = (
    "web_concurrency", "database_pool_size", "argon2_parallel", "password_min_length",
    "access_token_seconds", "refresh_token_days", "session_days", "sessions_per_user",
    "max_json_bytes",
    "job_lease_seconds", "worker_concurrency", "webhook_concurrency", "event_retention_days",
    "file_max_bytes", "file_link_seconds", "file_upload_url_seconds", "image_max_pixels",
    "archive_max_bytes", "parser_processes", "parser_cpu_seconds",
)  # fmt: skip
# Beyond it, dates and intervals overflow when somebody signs in, and processes fill the machine.
_A_CENTURY = 36_500  # days
_AT_MOST = {
    "web_concurrency": 1_000,
    "password_min_length": 128,  # what a password may be at most
    "access_token_seconds": 365 * 86_400,
    "token_leeway_seconds": 300,  # RFC 7519 §4.1.4: usually no more than a few minutes
    "refresh_token_days": _A_CENTURY,
    "session_days": _A_CENTURY,
    "sessions_per_user": 100_000,
    "job_retention_days": _A_CENTURY,
    "dead_job_retention_days": _A_CENTURY,
    "event_retention_days": _A_CENTURY,
    "database_statement_seconds": 86_400,
    "parser_processes": 64,
    "parser_cpu_seconds": 20,  # beyond, the time for the whole passes first
    "traces_sample_percent": 100,
}
_MORE_THAN_ZERO = (
    "database_connect_seconds", "database_statement_seconds", "redis_timeout_seconds",
    "body_read_seconds", "sweep_seconds", "smtp_timeout_seconds",
)  # fmt: skip
_MAILBOX = re.compile(r"[^\s@]+@[^\s@]+")
_URLS = {
    "database_url": ("postgresql", "postgres"),
    "database_replica_url": ("postgresql", "postgres"),
    "redis_url": ("redis", "rediss"),
    "smtp_url": ("smtp", "smtps"),
    "public_url": ("http", "https"),
    "frontend_url": ("http", "https"),
    "sentry_dsn": ("http", "https"),
    "traces_url": ("http", "https"),
    "s3_endpoint_url": ("http", "https"),
}


def _check(settings: Settings) -> None:
    if not 1 <= settings.port <= 65535:
        raise SettingsError("LMS_PORT must be between 1 and 65535.")
    for name in _AT_LEAST_ONE:
        if getattr(settings, name) < 1:
            raise SettingsError(f"{variable(name)} must be at least 1.")
    for name in _MORE_THAN_ZERO:
        if getattr(settings, name) <= 0:
            raise SettingsError(f"{variable(name)} must be more than 0.")
    for name, most in _AT_MOST.items():
        if getattr(settings, name) > most:
            raise SettingsError(f"{variable(name)} must be at most {most}.")
    for name, schemes in _URLS.items():
        value = getattr(settings, name)
        _check_url(variable(name), value.value if isinstance(value, Secret) else value, schemes)
    if settings.public_url is not None and set(settings.public_url) & {"?", "#"}:
        raise SettingsError("LMS_PUBLIC_URL must have no query and no fragment: paths follow it.")
    for name in ("public_url", "frontend_url"):
        if "@" in urlsplit(getattr(settings, name) or "").netloc:
            raise SettingsError(f"{variable(name)} must hold no name or password: all may see it.")
    address = parseaddr(settings.mail_from)[1]
    if not (_MAILBOX.fullmatch(address) and settings.mail_from.isprintable()):
        raise SettingsError("LMS_MAIL_FROM must be an address, as Name <no-reply@example.com>.")
    for origin in settings.cors_origins:
        if origin != "*":
            _check_origin(origin)
    _check_keys(settings)
    _check_files(settings)
    if settings.is_production:
        _check_production(settings)


def _check_url(name: str, value: str | None, schemes: tuple[str, ...]) -> None:
    if value is None:
        return
    try:
        parts = urlsplit(value)
        valid = parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        valid = False
    # urlsplit overlooks line ends, and others stand in headers and mailed links as they are.
    if "http" in schemes and (" " in value or not value.isprintable()):
        valid = False
    if not valid:
        raise SettingsError(f"{name} must be a URL that starts with {schemes[0]}://.")


def _check_origin(origin: str) -> None:
    """Refuse origins that no browser sends: there is one way to write an origin (RFC 6454 §6.2)."""
    _check_url("LMS_CORS_ORIGINS", origin, ("http", "https"))
    parts = urlsplit(origin)
    try:
        host = str(parts.hostname).encode("idna").decode()
    except UnicodeError:
        raise SettingsError(f"LMS_CORS_ORIGINS must list origins; {origin} is none.") from None
    port = None if parts.port == {"http": 80, "https": 443}[parts.scheme] else parts.port
    sent = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"
    if origin != sent:
        raise SettingsError(
            f"LMS_CORS_ORIGINS must list origins as browsers send them: {sent}, not {origin}."
        )


def _check_keys(settings: Settings) -> None:
    kids = []
    for key in settings.secret_keys:
        kid, colon, secret = key.value.partition(":")
        if not (kid and colon) or len(secret.encode()) < 32:
            raise SettingsError(
                "LMS_SECRET_KEYS must list kid:secret pairs, each secret of 32 bytes or more."
            )
        kids.append(kid)
    if not kids or len(set(kids)) != len(kids):
        raise SettingsError("LMS_SECRET_KEYS must name at least one key, and each kid once.")


def _check_files(settings: Settings) -> None:
    if unknown := sorted(set(settings.file_types) - set(FILE_TYPES)):
        raise SettingsError(
            f"LMS_FILE_TYPES must list extensions out of {', '.join(FILE_TYPES)}; "
            f"{', '.join(unknown)} is none of them."
        )
    if settings.storage == "s3" and not settings.s3_bucket:
        raise SettingsError("LMS_S3_BUCKET must be set when LMS_STORAGE is s3.")
    if (settings.s3_access_key_id is None) != (settings.s3_secret_access_key is None):
        raise SettingsError("LMS_S3_ACCESS_KEY_ID and LMS_S3_SECRET_ACCESS_KEY go together.")
    if settings.storage == "azure":
        for name in ("azure_connection_string", "azure_container"):
            if not getattr(settings, name):
                raise SettingsError(f"{variable(name)} must be set when LMS_STORAGE is azure.")
        assert settings.azure_connection_string is not None
        if "AccountKey=" not in settings.azure_connection_string.value:
            raise SettingsError("LMS_AZURE_CONNECTION_STRING must hold an AccountKey.")


def _check_production(settings: Settings) -> None:
    if any(DEVELOPMENT_SECRET in key.value for key in settings.secret_keys):
        raise SettingsError("LMS_SECRET_KEYS must be set in production.")
    if settings.public_url is None:
        raise SettingsError(
            "LMS_PUBLIC_URL must be set in production: how clients reach us, as "
            "https://learn.example.com."
        )
    if settings.debug:
        raise SettingsError("LMS_DEBUG must be false in production.")
    if "*" in settings.cors_origins:
        raise SettingsError("LMS_CORS_ORIGINS must list origins in production, not *.")
