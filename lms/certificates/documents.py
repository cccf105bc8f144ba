"""From a certificate's row to what is drawn."""

from lms.certificates.queries import CertificateSource
from lms.certificates.rendering import CertificateDesign, CertificateDocument
from lms.settings import Settings

# What a course's certificate object may set, and what the drawing calls it.
_DESIGN = {
    "title": "title",
    "text": "text",
    "primary_colour": "primary_color",
    "accent_colour": "accent_color",
    "orientation": "orientation",
}


def document_of(source: CertificateSource, settings: Settings) -> CertificateDocument:
    """What the PDF of a certificate says; nothing in it depends on when it is drawn."""
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
        design=CertificateDesign(
            **{
                ours: source.design[name]
                for name, ours in _DESIGN.items()
                if source.design.get(name)
            }
        ),
    )


def verify_url(settings: Settings, number: str) -> str:
    """The page behind the QR code."""
    return f"{settings.base_url}/verify/{number}"
