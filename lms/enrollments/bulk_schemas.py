"""Bulk enrolments, as the API shows and takes them."""

from marshmallow import fields, validate

from lms.core.http.schemas import BaseSchema, Boolean, Choice, Id, Items, QueryBoolean

MAX_ROWS = 10_000
ROW_STATUSES = (
    "pending", "accepted", "duplicate", "invalid",
    "enrolled", "invited", "waiting", "returned", "already_enrolled", "refused",  # for admins
)  # fmt: skip
REFUSALS = (
    "invalid_email", "invalid_full_name", "course_not_open", "forbidden",
    "account_disabled", "not_a_student",  # for admins
    "course_full",  # of the release before
)  # fmt: skip


class NewBulkEnrollment(BaseSchema):
    """Addresses to enrol; each one's faults are reported in its result."""

    emails = Items(
        fields.String(validate=validate.Length(max=1000)),
        required=True,
        validate=validate.Length(min=1, max=MAX_ROWS),
        metadata={"example": ["sam@example.com", "kim@example.com"]},
    )
    dry_run = Boolean(load_default=False)


class BulkQuery(BaseSchema):
    dry_run = QueryBoolean(load_default=False)


class RowResultSchema(BaseSchema):
    row = fields.Integer(required=True)
    email = fields.String(required=True)
    status = Choice(*ROW_STATUSES, name="RowStatus", required=True)
    code = Choice(*REFUSALS, name="RowRefusal", required=True, allow_none=True)
    user_id = Id(required=True, allow_none=True)
    enrollment_id = Id(required=True, allow_none=True)


class JobSchema(BaseSchema):
    """A bulk enrolment: how far it is, and a result for each row."""

    id = Id(required=True)
    kind = Choice("bulk_enrollment", required=True)
    status = Choice("pending", "running", "done", name="JobStatus", required=True)
    course_id = Id(required=True)
    dry_run = fields.Boolean(required=True)
    total = fields.Integer(required=True)
    processed = fields.Integer(required=True)
    progress_percent = fields.Integer(required=True)
    counts = fields.Dict(
        keys=fields.String(), values=fields.Integer(), required=True,
        metadata={"example": {"accepted": 154, "duplicate": 2, "invalid": 1}},
    )  # fmt: skip
    results = fields.List(fields.Nested(RowResultSchema), required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
