"""Certificates, as the API shows and takes them."""

from marshmallow import fields, validate

from lms.core.http.schemas import (
    BaseSchema,
    Boolean,
    Choice,
    Id,
    ListQuery,
    Name,
    PatchSchema,
    Text,
    Title,
)

_REPLACED_BY = {"description": "The number that stands now, of a replaced one; else null."}


class CertifiedCourseSchema(BaseSchema):
    id = Id(required=True)
    title = fields.String(required=True)


class CertificateSchema(BaseSchema):
    id = Id(required=True)
    number = fields.String(required=True)
    status = Choice(
        "pending",
        "issued",
        "revoked",
        "expired",
        "replaced",
        name="CertificateStatus",
        required=True,
    )
    enrollment_id = Id(required=True)
    course = fields.Nested(CertifiedCourseSchema, required=True)
    student_name = fields.String(required=True)
    completed_at = fields.AwareDateTime(required=True)
    issued_at = fields.AwareDateTime(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    replaced_by = fields.String(required=True, allow_none=True, metadata=_REPLACED_BY)
    is_public = fields.Boolean(required=True)
    verify_url = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class VerificationSchema(BaseSchema):
    """What anyone may know of a certificate. The details are null for an unknown number, and the
    name is null for a replaced one.
    """

    status = Choice(
        "valid",
        "revoked",
        "expired",
        "replaced",
        "unknown",
        name="VerificationStatus",
        required=True,
    )
    number = fields.String(required=True)
    student_name = fields.String(required=True, allow_none=True)
    course_title = fields.String(required=True, allow_none=True)
    issued_at = fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    replaced_by = fields.String(required=True, allow_none=True, metadata=_REPLACED_BY)


class CertificateRequest(BaseSchema):
    enrollment_id = Id(required=True)


class CertificateQuery(ListQuery):
    """My certificates, the latest first."""


class Revocation(BaseSchema):
    reason = Text(min=1, max=500, required=True, metadata={"example": "Issued by mistake."})


class Reissue(BaseSchema):
    """What is put right; without a name or a title it is the one of the account or the course."""

    student_name = Name(metadata={"example": "Sam Studies"})
    course_title = Title()
    reason = Text(min=1, max=500, required=True, metadata={"example": "The name was misspelt."})


class CertificateChanges(PatchSchema):
    is_public = Boolean(
        metadata={"description": "Whether the page that verifies it links to the PDF."}
    )


_COLOUR = validate.Regexp(r"#[0-9a-fA-F]{6}\Z", error="Must be a colour like #1a2b3c.")


class SiteDesign(BaseSchema):
    """The site's design of certificates: the file that LMS_CERTIFICATE_TEMPLATE names.

    `logo` and `signature` are pictures, named from the folder of the file.
    """

    title = Text(max=200)
    text = Text(max=1000, lines=True)
    primary_colour = fields.String(validate=_COLOUR)
    accent_colour = fields.String(validate=_COLOUR)
    orientation = Choice("landscape", "portrait", name="Orientation")
    logo = fields.String()
    signature = fields.String()
