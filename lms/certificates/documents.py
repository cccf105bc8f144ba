"""From a certificate's row to what is drawn."""

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

from lms.certificates.queries import CertificateSource
from lms.certificates.rendering import CertificateDesign, CertificateDocument
from lms.certificates.schemas import SiteDesign
from lms.errors import Invalid
from lms.schemas import load
from lms.settings import Settings, SettingsError

# What a certificate object may set, and what the drawing calls it.
_DESIGN = {
    "title": "title",
    "text": "text",
    "primary_colour": "primary_color",
    "accent_colour": "accent_color",
    "orientation": "orientation",
}
_PICTURES = ("logo", "signature")

Design = dict[str, Any]


def document_of(source: CertificateSource, settings: Settings) -> CertificateDocument:
    """What the PDF of a certificate says; nothing in it depends on when it is drawn."""
    design = design_of(source, settings)
    chosen: dict[str, Any] = {
        ours: design[name] for name, ours in _DESIGN.items() if design.get(name)
    }
    for name in _PICTURES:
        if design.get(name):
            chosen[name] = base64.b64decode(design[name])
    return CertificateDocument(
        student_name=source.student_name,
        course_title=source.course_title,
        number=source.number,
        completed_on=source.completed_at.date(),
        issued_on=source.created_at.date(),
        expires_on=source.expires_at.date() if source.expires_at else None,
        revoked=source.revoked_at is not None,
        verify_url=verify_url(settings, source.number),
        site_name=settings.site_name,
        language=source.language,
        design=CertificateDesign(**chosen),
    )


def design_of(source: CertificateSource, settings: Settings) -> Design:
    """The design frozen at issue; before that the site's, with what the course says instead."""
    if source.frozen_design is not None:
        return source.frozen_design
    course = {name: value for name, value in source.course_design.items() if value is not None}
    return {**site_design(settings.certificate_template), **course}


@cache
def site_design(path: Path | None) -> Design:
    """What the file that LMS_CERTIFICATE_TEMPLATE names says, its pictures as base64.

    Read once, as settings are. Raises SettingsError, whose sentence says what is wrong.
    """
    if path is None:
        return {}
    name = "LMS_CERTIFICATE_TEMPLATE"
    try:
        given = json.loads(path.read_bytes())
        design: Design = load(SiteDesign(), given)
        for picture in _PICTURES:
            if design.get(picture):
                design[picture] = base64.b64encode(
                    (path.parent / design[picture]).read_bytes()
                ).decode()
    except (OSError, ValueError) as error:
        raise SettingsError(f"{name} names a file that cannot be read: {error}.") from None
    except Invalid as error:
        faults = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in error.errors)
        raise SettingsError(f"{name}: {path} is no design: {faults}") from None
    return {key: value for key, value in design.items() if value is not None}


def verify_url(settings: Settings, number: str) -> str:
    """The page behind the QR code."""
    return f"{settings.base_url}/verify/{number}"
