"""Certificates: one's own, their PDFs, and their verification by anyone."""

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from lms.certificates import queries
from lms.certificates.documents import design_of, document_of, verify_url
from lms.certificates.events import record_certificate
from lms.certificates.numbers import normalize_number
from lms.certificates.promises import promise_certificates, promise_revoked
from lms.certificates.queries import Certificate, CertificateSource
from lms.certificates.rendering import render_certificate
from lms.certificates.schemas import (
    CertificateQuery,
    CertificateRequest,
    CertificateSchema,
    Revocation,
    VerificationSchema,
)
from lms.core.audit.record import record
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


@routes.post(
    "/certificates/generate",
    body=CertificateRequest,
    data=CertificateSchema,
    status=200,
    statuses=(202,),
    errors=(EnrollmentNotCompleted, NotFound),
)
async def generate_certificate(request: web.Request) -> Reply:
    """The certificate of a completed enrolment: 202 while it is being made."""
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
    if certificate.status == "pending":
        return Reply(_show(request, certificate), status=202, message="It is being made.")
    return Reply(_show(request, certificate))


@routes.get(
    "/certificates/my-certificates", query=CertificateQuery, data=CertificateSchema, many=True
)
async def list_my_certificates(request: web.Request) -> Page[dict[str, Any]]:
    """My certificates, the latest first."""
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
async def get_certificate(request: web.Request) -> dict[str, Any]:
    """A certificate; for its owner and the course's teacher."""
    return _show(request, await _find(request))


@routes.get(
    "/certificates/{certificate_id}/download",
    raw=True,
    statuses=(304,),
    media_types=("application/pdf",),
    errors=(CertificateNotReady,),
)
async def download_certificate(request: web.Request) -> web.Response:
    """The certificate as a PDF."""
    certificate = await _find(request)
    if certificate.storage_key is None:
        raise CertificateNotReady
    pdf = await request.app[STORAGE].get(certificate.storage_key)
    headers = {
        "Content-Disposition": f'attachment; filename="certificate-{certificate.number}.pdf"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-cache",
    }
    return web.Response(body=pdf, content_type="application/pdf", headers=headers)


@routes.post(
    "/certificates/{certificate_id}/revoke",
    body=Revocation,
    data=CertificateSchema,
    message="Revoked.",
    errors=(CertificateNotReady,),
)
async def revoke_certificate(request: web.Request) -> dict[str, Any]:
    """Revoke a certificate: its verification says so, and so does every page of its PDF.

    Repeating changes nothing: the first reason stays.
    """
    certificate_id = path_id(request, "certificate_id")
    reason = request[BODY]["reason"]
    async with transaction(request) as db:
        status = await queries.lock_certificate(db, certificate_id)
        if status == "pending":
            raise CertificateNotReady
        if status == "issued":
            await queries.revoke_certificate(db, certificate_id, reason)
            await promise_revoked(db, certificate_id)
        certificate = await queries.get_certificate(db, certificate_id)
        if status == "issued":
            await record_certificate(db, "certificate.revoked", certificate)
            await record(db, request, "certificate.revoked", certificate_id, reason=reason)
    return _show(request, certificate)


@routes.get("/courses/{course_id}/certificate-preview", raw=True, media_types=("application/pdf",))
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
    design = await design_of(sample, request.app[SETTINGS], request.app[STORAGE])
    document = document_of(sample, request.app[SETTINGS], design)
    pdf = await asyncio.to_thread(render_certificate, document)
    headers = {
        "Content-Disposition": 'inline; filename="certificate-preview.pdf"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-cache",
    }
    return web.Response(body=pdf, content_type="application/pdf", headers=headers)


@routes.get("/certificates/verify/{number}", data=VerificationSchema)
async def verify_certificate(request: web.Request) -> dict[str, Any]:
    """Whether a certificate is genuine; anyone may ask."""
    return await _verify(request)


@pages.get("/verify/{number}", raw=True, media_types=("text/html",))
async def verify_page(request: web.Request) -> web.Response:
    """The page behind a certificate's QR code."""
    return render_page(request, "certificates/verify.html", await _verify(request))


async def _verify(request: web.Request) -> dict[str, Any]:
    given = request.match_info["number"][:64]
    number = normalize_number(given)
    certificate = await queries.get_certificate_by_number(pool(request), number) if number else None
    if certificate is None or certificate.status == "pending":
        nothing = dict.fromkeys(
            ("student_name", "course_title", "issued_at", "revoked_at", "expires_at")
        )
        return {"status": "unknown", "number": number or given, **nothing}
    return {
        "status": "valid" if certificate.status == "issued" else certificate.status,
        "number": certificate.number,
        "student_name": certificate.student_name,
        "course_title": certificate.course["title"],
        "issued_at": certificate.issued_at,
        "revoked_at": certificate.revoked_at,
        "expires_at": certificate.expires_at,
    }


async def _find(request: web.Request) -> Certificate:
    """A certificate that the caller may see. Raises NotFound for any other."""
    user = require_user(request)
    certificate = await queries.get_certificate(pool(request), path_id(request, "certificate_id"))
    if not may_see_enrollment(user, certificate.student_id, certificate.instructor_id):
        raise NotFound
    return certificate


_HIDDEN = ("student_id", "course_id", "storage_key", "updated_at", "instructor_id")


def _show(request: web.Request, certificate: Certificate) -> dict[str, Any]:
    shown = {k: v for k, v in asdict(certificate).items() if k not in _HIDDEN}
    return {**shown, "verify_url": verify_url(request.app[SETTINGS], certificate.number)}
