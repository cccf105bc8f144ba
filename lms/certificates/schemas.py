"""Certificates, as the API shows and takes them."""

from marshmallow import fields, validate

from lms.core.http.schemas import BaseSchema, Choice, Id, ListQuery, Text


class CertifiedCourseSchema(BaseSchema):
    id = Id(required=True)
    title = fields.String(required=True)


class CertificateSchema(BaseSchema):
    id = Id(required=True)
    number = fields.String(required=True)
    status = Choice("pending", "issued", "revoked", "expired", required=True)
    enrollment_id = Id(required=True)
    course = fields.Nested(CertifiedCourseSchema, required=True)
    student_name = fields.String(required=True)
    completed_at = fields.AwareDateTime(required=True)
    issued_at = fields.AwareDateTime(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    verify_url = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class VerificationSchema(BaseSchema):
    """What anyone may know about a certificate; the details are null for an unknown number."""

    status = Choice("valid", "revoked", "expired", "unknown", required=True)
    number = fields.String(required=True)
    student_name = fields.String(required=True, allow_none=True)
    course_title = fields.String(required=True, allow_none=True)
    issued_at = fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)


class CertificateRequest(BaseSchema):
    enrollment_id = Id(required=True)


class CertificateQuery(ListQuery):
    """My certificates, the latest first."""


class Revocation(BaseSchema):
    reason = Text(min=1, max=500, required=True, metadata={"example": "Issued by mistake."})


_COLOUR = validate.Regexp(r"#[0-9a-fA-F]{6}\Z", error="Must be a colour like #1a2b3c.")


class SiteDesign(BaseSchema):
    """The site's design of certificates: the file that LMS_CERTIFICATE_TEMPLATE names.

    `logo` and `signature` are pictures, named from the folder of the file.
    """

    title = Text(max=200)
    text = Text(max=1000, lines=True)
    primary_colour = fields.String(validate=_COLOUR)
    accent_colour = fields.String(validate=_COLOUR)
    orientation = Choice("landscape", "portrait")
    logo = fields.String()
    signature = fields.String()
