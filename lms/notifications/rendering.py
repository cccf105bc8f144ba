"""Subject, text and HTML of a mail from its templates."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    select_autoescape,
)

from lms.settings import Settings, SettingsError

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Content:
    """What a mail says."""

    subject: str
    text: str
    html: str


@lru_cache(maxsize=8)
def environment(overrides: Path | None) -> Environment:
    """Jinja that looks into the operator's folder first, then into ours. A changed file is used at
    once; a new file only if its template was not used before.
    """
    return Environment(
        loader=FileSystemLoader([overrides, TEMPLATES] if overrides else [TEMPLATES]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,  # a missing value must fail here, not leave a gap in a mail
        trim_blocks=True,
        lstrip_blocks=True,
    )


def check_templates(settings: Settings, names: Iterable[str]) -> None:
    """Raise SettingsError if some mail cannot be made with the operator's folder of templates."""
    folder = settings.mail_templates_dir
    if folder is None:
        return
    if not folder.is_dir():
        raise SettingsError(f"LMS_MAIL_TEMPLATES_DIR names no folder: {folder}.")
    jinja = environment(folder).overlay(cache_size=0)  # else it never looks there again
    for name in names:
        try:
            jinja.get_template(f"{name}.html")
            has_subject = "subject" in jinja.get_template(f"{name}.txt").blocks
        except (TemplateError, OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"LMS_MAIL_TEMPLATES_DIR: {name} is no template: {error}") from None
        if not has_subject:
            raise SettingsError(f"LMS_MAIL_TEMPLATES_DIR: {name}.txt has no block `subject`.")


def render(settings: Settings, name: str, facts: Mapping[str, Any]) -> Content:
    """Render `<name>.txt`, whose block `subject` is the subject, and `<name>.html`."""
    jinja = environment(settings.mail_templates_dir)
    values = {
        "site_name": settings.site_name,
        "site_url": settings.frontend_url or settings.base_url,
        **facts,
    }
    text = jinja.get_template(f"{name}.txt")
    subject = "".join(text.blocks["subject"](text.new_context(values)))
    body = re.sub(r"\n{3,}", "\n\n", text.render(values)).strip() + "\n"
    html = jinja.get_template(f"{name}.html").render({**values, "subject": one_line(subject)})
    return Content(subject=one_line(subject), text=body, html=html)


def one_line(text: str) -> str:
    """Text without line breaks or other control characters, its spaces joined."""
    return " ".join("".join(" " if _is_control(c) else c for c in text).split())


def _is_control(character: str) -> bool:
    # U+2028 and U+2029 break lines too. Joiners and direction marks (Cf) belong to names.
    return character < " " or "\x7f" <= character <= "\x9f" or character in "\u2028\u2029"
