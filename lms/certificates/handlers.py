"""Certificates: one's own, their PDFs, and their verification by anyone."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from lms.certificates import queries
from lms.certificates.documents import design_of, document_of, site_logo, verify_url
from lms.certificates.events import record_certificate
from lms.certificates.numbers import new_number, normalize_number
from lms.certificates.promises import promise_certificates, promise_marked, promise_reissued
from lms.certificates.queries import Certificate, CertificateSource
from lms.certificates.rendering import render_certificate
from lms.certificates.schemas import (
    CertificateChanges,
    CertificateQuery,
    CertificateRequest,
    CertificateSchema,
    Reissue,
    Revocation,
    VerificationSchema,
)
from lms.core.audit.record import record
from lms.core.db.query import Db
from lms.core.http.etags import check_if_match, version_of
from lms.core.http.pages import render_page
from lms.core.http.pagination import GREATEST_ID, LAST_TIME, fetch_limit, page, position
from lms.core.http.reply import Page, Reply
from lms.core.http.request import (
    BODY,
    QUERY,
    SETTINGS,
    path_id,
    pool,
    read_pool,
    require_user,
    transaction,
)
from lms.core.http.routing import Routes
from lms.core.parsers import PARSER_FAULTS, PARSERS, PARSING_DEADLINE
from lms.core.storage import STORAGE
from lms.errors import Conflict, Forbidden, NotFound
from lms.permissions import may_edit_course, may_see_enrollment

routes = Routes("Certificates")
pages = Routes("Certificates", prefix="")


# Not the number of any certificate: its check character is wrong.
_SAMPLE_NUMBER = "0000-0000-0000-0000-0001"


class EnrollmentNotCompleted(Conflict):
    """A certificate is for a completed course; finish its lessons first."""


class CertificateNotReady(Conflict):
    """The certificate is being made; ask again in a moment."""


class CertificateRevoked(Conflict):
    """The certificate was revoked; an admin may issue it again."""


class CertificateReplaced(Conflict):
    """Another certificate was issued in place of this one; see the latest of the enrolment."""


class StudentErased(Conflict):
    """The student's account was erased; its certificates are not put right any more."""


@routes.post(
    "/certificates/generate",
    body=CertificateRequest,
    data=CertificateSchema,
    status=200,
    statuses=(202,),
    errors=(EnrollmentNotCompleted, CertificateRevoked, NotFound),
)
async def generate_certificate(request: web.Request) -> Reply:
    """The latest certificate of a completed enrolment: 202 while it is being made."""
    user = require_user(request)
    enrollment_id = request[BODY]["enrollment_id"]
    async with transaction(request) as db:
        enrollment = await queries.lock_enrollment(db, enrollment_id)
        if not may_see_enrollment(user, enrollment.student_id, enrollment.instructor_id):
            raise NotFound
        if enrollment.status != "completed":
            raise EnrollmentNotCompleted
        await promise_certificates(db, [enrollment_id])
        certificate = await queries.get_certificate_by_enrollment(db, enrollment_id)
    assert certificate is not None
    if certificate.status == "revoked":
        raise CertificateRevoked
    if certificate.status == "pending":
        return _reply(request, certificate, status=202, message="It is being made.")
    return _reply(request, certificate)


@routes.get(
    "/certificates/my-certificates", query=CertificateQuery, data=CertificateSchema, many=True
)
async def list_my_certificates(request: web.Request) -> Page[dict[str, Any]]:
    """My certificates, the latest first, and those that they replaced."""
    student = require_user(request)
    rows = await queries.list_my_certificates(
        read_pool(request),
        student.id,
        before=position(request, [LAST_TIME, GREATEST_ID]),
        limit=fetch_limit(request),
    )
    total = None
    if request[QUERY]["include_total"]:
        total = await queries.count_my_certificates(read_pool(request), student.id)
    found = page(request, rows, lambda row: [row.created_at, row.id], total=total)
    items = [_show(request, row) for row in found.items]
    return Page(items, found.limit, found.next_cursor, found.total)


@routes.get("/certificates/{certificate_id}", data=CertificateSchema)
async def get_certificate(request: web.Request) -> Reply:
    """A certificate; for its owner and the course's teacher."""
    return _reply(request, await _find(request, pool(request)))


@routes.patch(
    "/certificates/{certificate_id}",
    body=CertificateChanges,
    data=CertificateSchema,
    message="Saved.",
    errors=(Forbidden, CertificateReplaced),
)
async def update_certificate(request: web.Request) -> Reply:
    """Let anyone who verifies your certificate read the PDF too, or let them no longer."""
    student = require_user(request)
    async with transaction(request) as db:
        certificate = await _find(request, db)
        if certificate.student_id != student.id:
            raise Forbidden
        held = await queries.lock_certificate(db, certificate.id)
        check_if_match(request, held.updated_at)
        if held.status == "replaced":
            raise CertificateReplaced
        if "is_public" in request[BODY]:
            await queries.update_certificate(db, certificate.id, **request[BODY])
        certificate = await queries.get_certificate(db, certificate.id)
    return _reply(request, certificate)


@routes.get(
    "/certificates/{certificate_id}/download",
    raw=True,
    statuses=(304,),
    media_types=("application/pdf",),
    errors=(CertificateNotReady,),
)
async def download_certificate(request: web.Request) -> web.Response:
    """The certificate as a PDF."""
    certificate = await _find(request, pool(request))
    if certificate.storage_key is None:
        raise CertificateNotReady
    return await _send(request, certificate.number, certificate.storage_key)


async def _send(request: web.Request, number: str, storage_key: str) -> web.Response:
    pdf = await request.app[STORAGE].get(storage_key)
    headers = {
        "Content-Disposition": f'attachment; filename="certificate-{number}.pdf"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-cache",
    }
    return web.Response(body=pdf, content_type="application/pdf", headers=headers)


@routes.post(
    "/certificates/{certificate_id}/revoke",
    body=Revocation,
    data=CertificateSchema,
    message="Revoked.",
    errors=(CertificateNotReady, CertificateReplaced),
)
async def revoke_certificate(request: web.Request) -> Reply:
    """Revoke a certificate: whoever verifies it is told, and its PDF says so on every page.

    What is being made in its place is revoked with it and never issued. Repeating changes nothing:
    the first reason stays.
    """
    certificate_id = path_id(request, "certificate_id")
    reason = request[BODY]["reason"]
    async with transaction(request) as db:
        status = (await queries.lock_certificate(db, certificate_id)).status
        if status == "pending":
            raise CertificateNotReady
        if status == "replaced":
            raise CertificateReplaced
        if status == "issued":
            await queries.revoke_certificate(db, certificate_id, reason)
            await promise_marked(db, certificate_id, "revoked")
        # The worker holds all editions to issue one, so it finds the next one revoked or is done.
        for pending_id in await queries.revoke_pending_editions(db, certificate_id, reason):
            await promise_marked(db, pending_id, "revoked")
            await record(db, request, "certificate.revoked", pending_id, reason=reason)
        certificate = await queries.get_certificate(db, certificate_id)
        if status == "issued":
            await record_certificate(db, "certificate.revoked", certificate)
            await record(db, request, "certificate.revoked", certificate_id, reason=reason)
    return _reply(request, certificate)


@routes.post(
    "/certificates/{certificate_id}/reissue",
    body=Reissue,
    data=CertificateSchema,
    status=201,
    message="It is being made.",
    errors=(CertificateNotReady, CertificateReplaced, StudentErased),
)
async def reissue_certificate(request: web.Request) -> Reply:
    """Put a certificate right, also a revoked one: a new one with a number of its own replaces it.

    Until the new one is issued, the old one verifies as before. Both expire on the same day.
    """
    certificate_id = path_id(request, "certificate_id")
    asked = request[BODY]
    async with transaction(request) as db:
        if await queries.lock_enrollment_of_certificate(db, certificate_id):
            raise StudentErased
        held = await queries.lock_certificate(db, certificate_id)
        if held.status == "pending":
            raise CertificateNotReady
        new_id = await queries.reissue_certificate(
            db,
            certificate_id,
            new_number(),
            student_name=asked.get("student_name"),
            course_title=asked.get("course_title"),
        )
        if new_id is None:  # it has been reissued, though the new one may be pending
            raise CertificateReplaced
        await promise_reissued(db, new_id)
        certificate = await queries.get_certificate(db, new_id)
        await record(
            db,
            request,
            "certificate.reissued",
            certificate_id,
            reason=asked["reason"],
            reissued_as=str(new_id),
        )
    location = {"Location": f"/api/v1/certificates/{new_id}"}
    return _reply(request, certificate, status=201, headers=location)


@routes.get(
    "/courses/{course_id}/certificate-preview",
    raw=True,
    media_types=("application/pdf",),
    errors=PARSER_FAULTS,
    deadline=PARSING_DEADLINE,
)
async def preview_certificate(request: web.Request) -> web.Response:
    """A preview of this course's certificates, with a placeholder for the student's name."""
    db = pool(request)
    course = await queries.get_previewed_course(db, path_id(request, "course_id"))
    if not may_edit_course(require_user(request), course.instructor_id):
        raise NotFound if course.status == "draft" else Forbidden
    # The same all day, so that its ETag is the same, too.
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    valid_days = course.design.get("valid_days")
    sample = CertificateSource(
        id=course.id,
        number=_SAMPLE_NUMBER,
        status="issued",
        enrollment_id=course.id,
        student_name="Your student's name",
        course_title=course.title,
        language=course.language,
        frozen_design=None,
        course_design=course.design,
        completed_at=today,
        created_at=today,
        expires_at=today + timedelta(days=valid_days) if valid_days else None,
        revoked_at=None,
        storage_key=None,
    )
    settings, parsers = request.app[SETTINGS], request.app[PARSERS]
    design = await design_of(sample, settings, request.app[STORAGE], parsers)
    pdf = await parsers.run(render_certificate, document_of(sample, settings, design))
    headers = {
        "Content-Disposition": 'inline; filename="certificate-preview.pdf"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-cache",
    }
    return web.Response(body=pdf, content_type="application/pdf", headers=headers)


@routes.get("/certificates/verify/{number}", data=VerificationSchema)
async def verify_certificate(request: web.Request) -> dict[str, Any]:
    """Whether a certificate is genuine; anyone may ask."""
    return _show_verified(*await _find_by_number(request))


@pages.get("/verify/{number}", raw=True, media_types=("text/html",))
async def verify_page(request: web.Request) -> web.Response:
    """The page behind a certificate's QR code."""
    settings = request.app[SETTINGS]
    number, certificate = await _find_by_number(request)
    # Below the folder that the site may lie in.
    verify_path = urlsplit(settings.base_url).path.rstrip("/") + "/verify"
    context = {
        **_show_verified(number, certificate),
        "completed_at": certificate.completed_at if certificate is not None else None,
        "logo": site_logo(settings.certificate_template),
        "verify_path": verify_path,
        "has_pdf": certificate is not None and _is_shown(certificate),
    }
    return render_page(request, "certificates/verify.html", context)


@pages.get("/verify/{number}/certificate.pdf", raw=True, media_types=("application/pdf",))
async def download_public_certificate(request: web.Request) -> web.Response:
    """The PDF of a certificate whose student lets anyone read it."""
    _, certificate = await _find_by_number(request)
    if certificate is None or certificate.storage_key is None or not _is_shown(certificate):
        raise NotFound
    return await _send(request, certificate.number, certificate.storage_key)


def _is_shown(certificate: Certificate) -> bool:
    return (
        certificate.is_public
        and certificate.status in ("issued", "expired")
        and certificate.storage_key is not None
    )


async def _find_by_number(request: web.Request) -> tuple[str, Certificate | None]:
    """The number as it is written, and its certificate if there is one that was ever issued."""
    given = request.match_info["number"][:64]
    number = normalize_number(given)
    if not number:
        return given, None
    certificate = await queries.get_certificate_by_number(pool(request), number)
    was_issued = certificate is not None and certificate.status != "pending"
    return number, certificate if was_issued else None


def _show_verified(number: str, certificate: Certificate | None) -> dict[str, Any]:
    if certificate is None:
        nothing = dict.fromkeys(
            ("student_name", "course_title", "issued_at", "revoked_at", "expires_at", "replaced_by")
        )
        return {"status": "unknown", "number": number, **nothing}
    is_replaced = certificate.status == "replaced"
    return {
        "status": "valid" if certificate.status == "issued" else certificate.status,
        "number": certificate.number,
        # It may be the name that was wrong.
        "student_name": None if is_replaced else certificate.student_name,
        "course_title": certificate.course["title"],
        "issued_at": certificate.issued_at,
        "revoked_at": certificate.revoked_at,
        "expires_at": certificate.expires_at,
        "replaced_by": certificate.replaced_by,
    }


async def _find(request: web.Request, db: Db) -> Certificate:
    """A certificate that the caller may see. Raises NotFound for any other."""
    user = require_user(request)
    certificate = await queries.get_certificate(db, path_id(request, "certificate_id"))
    if not may_see_enrollment(user, certificate.student_id, certificate.instructor_id):
        raise NotFound
    return certificate


_HIDDEN = ("student_id", "course_id", "storage_key", "updated_at", "instructor_id")


def _reply(request: web.Request, certificate: Certificate, **options: Any) -> Reply:
    version = version_of(certificate.updated_at)
    return Reply(_show(request, certificate), version=version, **options)


def _show(request: web.Request, certificate: Certificate) -> dict[str, Any]:
    shown = {k: v for k, v in asdict(certificate).items() if k not in _HIDDEN}
    return {**shown, "verify_url": verify_url(request.app[SETTINGS], certificate.number)}
