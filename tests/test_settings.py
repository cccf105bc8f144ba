"""A wrong setting stops the start with one sentence that names it."""

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from lms.settings import Secret, Settings, SettingsError, load_settings, variable
from lms.tools import settings_page

ROOT = Path(__file__).resolve().parent.parent
KEY = f"k1:{'x' * 32}"
PRODUCTION = {
    "LMS_ENVIRONMENT": "production",
    "LMS_SECRET_KEYS": KEY,
    "LMS_PUBLIC_URL": "https://learn.example.com",
}

WRONG = [
    ("LMS_NO_SUCH_THING", "1"),
    ("LMS_ENVIRONMENT", "prod"),
    ("LMS_LOG_LEVEL", "loud"),
    ("LMS_REGISTRATION_MODE", "closed"),
    ("LMS_STORAGE", "floppy"),
    ("LMS_DEBUG", "maybe"),
    ("LMS_PORT", "http"),
    ("LMS_PORT", "0"),
    ("LMS_PORT", "65536"),
    ("LMS_PORT", "-1"),
    ("LMS_WEB_CONCURRENCY", "0"),
    ("LMS_WEB_CONCURRENCY", "1.5"),
    ("LMS_WEB_CONCURRENCY", "1000000"),
    ("LMS_PASSWORD_MIN_LENGTH", "129"),
    ("LMS_REFRESH_TOKEN_DAYS", "9999999999"),
    ("LMS_EVENT_RETENTION_DAYS", "9999999999"),
    ("LMS_DATABASE_STATEMENT_SECONDS", "9999999999"),
    ("LMS_MAIL_FROM", "nobody"),
    ("LMS_MAIL_FROM", "Learning Platform <>"),
    ("LMS_MAIL_FROM", "no-reply@example.com\r\nBcc: all@example.com"),
    ("LMS_DATABASE_POOL_SIZE", "0"),
    ("LMS_DATABASE_STATEMENT_SECONDS", "0"),
    ("LMS_DATABASE_STATEMENT_SECONDS", "nan"),
    ("LMS_REDIS_TIMEOUT_SECONDS", "inf"),
    ("LMS_SHUTDOWN_GRACE_SECONDS", "-2"),
    ("LMS_RATE_LIMIT_GENERAL_PER_MINUTE", "-1"),
    ("LMS_DATABASE_URL", "mysql://localhost/lms"),
    ("LMS_DATABASE_URL", "postgresql://localhost:nine/lms"),
    ("LMS_DATABASE_REPLICA_URL", "lms"),
    ("LMS_REDIS_URL", "http://localhost"),
    ("LMS_SMTP_URL", "mail.example.com"),
    ("LMS_PUBLIC_URL", "learn.example.com"),
    ("LMS_PUBLIC_URL", "https://learn.example.com/?site=1"),
    ("LMS_PUBLIC_URL", "https://learn.example.com/#/"),
    ("LMS_PUBLIC_URL", "https://learn.example .com"),
    ("LMS_PUBLIC_URL", "https://learn.example.com/\r\nSet-Cookie"),
    ("LMS_PUBLIC_URL", "https://name:password@learn.example.com"),
    ("LMS_FRONTEND_URL", "ftp://example.com"),
    ("LMS_FRONTEND_URL", "https://name@example.com"),
    ("LMS_SENTRY_DSN", "sentry"),
    ("LMS_TRACES_URL", "collector:4318"),
    ("LMS_TRACES_SAMPLE_PERCENT", "101"),
    ("LMS_CORS_ORIGINS", "https://good.example.com, bad"),
    ("LMS_TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
    ("LMS_TRUSTED_PROXIES", "10.0.0.1/8"),
    ("LMS_WEBHOOK_ALLOWED_NETS", "everything"),
    ("LMS_SECRET_KEYS", "short:secret"),
    ("LMS_SECRET_KEYS", "x" * 40),
    ("LMS_SECRET_KEYS", f"{KEY}, {KEY}"),
    ("LMS_SECRET_KEYS", " , "),
]


def refusal(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings(environ)
    return str(refused.value)


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    sentence = refusal({name: value})
    assert name in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("name", "environ"),
    [
        ("LMS_SECRET_KEYS", {**PRODUCTION, "LMS_SECRET_KEYS": ""}),
        ("LMS_PUBLIC_URL", {**PRODUCTION, "LMS_PUBLIC_URL": ""}),
        ("LMS_DEBUG", {**PRODUCTION, "LMS_DEBUG": "true"}),
        ("LMS_CORS_ORIGINS", {**PRODUCTION, "LMS_CORS_ORIGINS": "*"}),
    ],
)
def test_production_refuses_unsafe_settings(name: str, environ: dict[str, str]) -> None:
    assert name in refusal(environ)


def test_production_accepts_the_settings_it_asks_for() -> None:
    assert load_settings(PRODUCTION).is_production


def test_the_base_url_defaults_to_host_and_port() -> None:
    assert load_settings({"LMS_ENVIRONMENT": "staging"}).base_url == "http://127.0.0.1:8000"


def test_an_empty_environment_gives_the_defaults() -> None:
    assert load_settings({}) == Settings()


def test_empty_means_not_set() -> None:
    assert load_settings({"LMS_PORT": "", "LMS_SMTP_URL": ""}) == Settings()


@pytest.mark.parametrize(
    ("host", "url"),
    [("::1", "http://[::1]:8000"), ("127.0.0.1", "http://127.0.0.1:8000")],
)
def test_the_address_of_a_host_is_a_url(host: str, url: str) -> None:
    assert load_settings({"LMS_HOST": host}).base_url == url


def test_a_public_url_wins_over_the_host() -> None:
    environ = {"LMS_HOST": "::1", "LMS_PUBLIC_URL": "https://learn.example.com/lms/"}
    assert load_settings(environ).base_url == "https://learn.example.com/lms"


@pytest.mark.parametrize(
    ("origin", "sent"),
    [
        ("https://www.example.com/", "https://www.example.com"),
        ("https://www.example.com/app?x#y", "https://www.example.com"),
        ("HTTPS://WWW.Example.com", "https://www.example.com"),
        ("https://www.example.com:443", "https://www.example.com"),
        ("http://localhost:80", "http://localhost"),
        ("https://ada@www.example.com", "https://www.example.com"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://[::1]:5173/", "http://[::1]:5173"),
    ],
)
def test_an_impossible_origin_is_refused_naming_the_possible_one(origin: str, sent: str) -> None:
    sentence = refusal({"LMS_CORS_ORIGINS": f"https://good.example.com, {origin}"})
    assert f"{sent}, not {origin}." in sentence
    assert load_settings({"LMS_CORS_ORIGINS": sent}).cors_origins == (sent,)


def test_origins_with_ports_of_their_own_are_taken() -> None:
    origins = "https://www.example.com:8443, http://localhost:5173, http://[::1]:3000, *"
    assert len(load_settings({"LMS_CORS_ORIGINS": origins}).cors_origins) == 4


def test_variables_of_others_are_ignored() -> None:
    assert load_settings({"PORT": "1", "PATH": "/bin"}) == Settings()


def test_a_file_holds_the_value(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{KEY}\n")
    settings = load_settings({"LMS_SECRET_KEYS_FILE": str(file)})
    assert settings.key_ring == {"k1": b"x" * 32}


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    assert "LMS_REDIS_URL_FILE" in refusal({"LMS_REDIS_URL_FILE": str(tmp_path / "none")})


def test_a_value_and_a_file_for_one_setting_are_refused(tmp_path: Path) -> None:
    sentence = refusal({"LMS_PORT": "1", "LMS_PORT_FILE": str(tmp_path)})
    assert "LMS_PORT_FILE" in sentence


def test_secrets_are_never_shown() -> None:
    secret = "tell-nobody-" + "s" * 32
    settings = load_settings(
        {
            "LMS_SECRET_KEYS": f"k1:{secret}",
            "LMS_DATABASE_URL": f"postgresql://u:{secret}@db/lms",
            "LMS_REDIS_URL": f"redis://:{secret}@cache",
            "LMS_SMTP_URL": f"smtp://u:{secret}@mail",
        }
    )
    shown = f"{settings!r} {settings} {[str(k) for k in settings.secret_keys]}"
    assert secret not in shown


def test_a_refused_secret_is_not_repeated() -> None:
    wrong = "postgres-with-password:hunter2@db"
    assert "hunter2" not in refusal({"LMS_DATABASE_URL": wrong})


def test_settings_that_hold_passwords_are_secrets() -> None:
    loose = [
        f.name
        for f in fields(Settings)
        if any(word in f.name for word in ("secret", "database", "redis_url", "smtp_url", "dsn"))
        and not f.name.endswith(("_seconds", "_size"))
        and "Secret" not in str(f.type)
    ]
    assert loose == []
    assert isinstance(Settings().database_url, Secret)


@pytest.mark.parametrize("runner", ["asyncio", "uvloop"])  # of the worker, of the API
@pytest.mark.parametrize("debug", [True, False])
def test_debug_names_what_holds_the_event_loop(runner: str, debug: bool) -> None:
    code = (
        f"import asyncio, time, {runner}, lms.__main__\n"
        "async def holds_the_loop(): time.sleep(0.2)\n"
        "async def main(): await asyncio.create_task(holds_the_loop())\n"
        f"lms.__main__.COMMANDS['hold'] = lambda *_: {runner}.run(main())\n"
        "lms.__main__.main(['hold'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"LMS_ENVIRONMENT": "test", "LMS_DEBUG": str(debug), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("holds_the_loop" in done.stderr and " took " in done.stderr) == debug, done.stderr


@pytest.mark.parametrize("command", ["api", "worker", "scheduler", "migrate", "settings"])
def test_every_command_ends_with_the_sentence_and_code_2(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lms", command],
        cwd=ROOT,
        env={"LMS_PORT": "0", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (2, "LMS_PORT must be between 1 and 65535.\n")


def test_the_settings_page_is_up_to_date() -> None:
    current = (ROOT / "docs/settings.md").read_text("utf-8")
    assert current == settings_page.render(), "run: python -m lms settings --markdown"


def test_the_settings_page_names_every_setting() -> None:
    page = settings_page.render()
    assert [f.name for f in fields(Settings) if f"| `{variable(f.name)}` |" not in page] == []


@pytest.mark.parametrize(
    "name", ["dev.env", "test.env", "production.env.example", "staging.env.example"]
)
def test_the_example_files_name_real_settings(name: str) -> None:
    lines = (ROOT / "config" / name).read_text("utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    load_settings({"LMS_SECRET_KEYS": KEY} | {k: v for k, v in values.items() if v})
