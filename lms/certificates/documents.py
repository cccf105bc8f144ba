"""From a certificate's row to the document that is drawn."""

import base64
import json
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image

from lms.certificates.queries import CertificateSource
from lms.certificates.rendering import CertificateDesign, CertificateDocument
from lms.certificates.schemas import SiteDesign
from lms.core.http.schemas import load
from lms.core.parsers import Parsers
from lms.core.storage import Storage
from lms.errors import Invalid
from lms.files.thumbnails import get_image
from lms.settings import Settings, SettingsError

# The fields that a course's certificate object may set, and their names in the drawing.
_DESIGN = {
    "title": "title",
    "text": "text",
    "primary_colour": "primary_color",
    "accent_colour": "accent_color",
    "orientation": "orientation",
}
_LOGO_SIZE = (640, 160)  # twice what the page shows, for screens with fine dots
_PICTURES = ("logo", "signature")

Design = dict[str, Any]


def document_of(
    source: CertificateSource, settings: Settings, design: Design
) -> CertificateDocument:
    """The content of a certificate's PDF; nothing in it depends on when it is drawn.

    `design` is what `design_of` found.
    """
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
        replaced=source.status == "replaced",
        verify_url=verify_url(settings, source.number),
        site_name=settings.site_name,
        language=source.language,
        design=CertificateDesign(**chosen),
    )


async def design_of(
    source: CertificateSource, settings: Settings, storage: Storage, parsers: Parsers
) -> Design:
    """The design frozen at issue; before that the site's, with the course's own choices.

    It holds its pictures as base64, so that a frozen design outlives the files. Raises
    StorageUnavailable, ParsersBusy and TooExpensive.
    """
    if source.frozen_design is not None:
        return source.frozen_design
    course = {name: value for name, value in source.course_design.items() if value is not None}
    design = {**site_design(settings.certificate_template), **course}
    for picture in _PICTURES:
        file_id = course.get(f"{picture}_file_id")
        if file_id is not None:
            image = await get_image(storage, settings, parsers, UUID(file_id), "avatar")
            design[picture] = base64.b64encode(image).decode()
    return design


@cache
def site_design(path: Path | None) -> Design:
    """The design in the file that LMS_CERTIFICATE_TEMPLATE names, with its pictures as base64.

    Read once, like settings. Raises SettingsError, whose message says what is wrong.
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


@cache
def site_logo(path: Path | None) -> str | None:
    """The logo of the site's design for a page, as a `data:` address; None if there is none."""
    logo = site_design(path).get("logo")
    if logo is None:
        return None
    with Image.open(BytesIO(base64.b64decode(logo))) as picture:
        picture.thumbnail(_LOGO_SIZE)
        small = BytesIO()
        picture.convert("RGBA").save(small, "PNG")
    return f"data:image/png;base64,{base64.b64encode(small.getvalue()).decode()}"


def verify_url(settings: Settings, number: str) -> str:
    """The page behind the QR code."""
    return f"{settings.base_url}/verify/{number}"
