"""Bodies and replies of signing in."""

from marshmallow import fields, validate

from lms.schemas import BaseSchema, Email, Integer, Text
from lms.users.schemas import UserSchema


class Password(fields.String):
    """A password to check against; what a new one must be is in auth/policy.py."""

    def __init__(self, *, max: int = 1024) -> None:
        super().__init__(
            required=True,
            validate=validate.Length(min=1, max=max),
            metadata={"format": "password", "example": "learn-by-doing-7"},
        )


class NewPassword(fields.String):
    """8 to 128 code points of any kind."""

    def __init__(self) -> None:
        super().__init__(
            required=True,
            validate=validate.Length(max=128),
            metadata={"format": "password", "example": "learn-by-doing-7"},
        )


class Registration(BaseSchema):
    email = Email(required=True, metadata={"example": "sam@example.com"})
    password = NewPassword()
    full_name = Text(min=1, max=200, required=True, metadata={"example": "Sam Student"})


class Login(BaseSchema):
    email = fields.String(
        required=True,
        validate=validate.Length(min=1, max=320),
        metadata={"format": "email", "example": "sam@example.com"},
    )
    password = Password()


class Refresh(BaseSchema):
    refresh_token = fields.String(required=True, validate=validate.Length(min=1, max=512))


class TokensSchema(BaseSchema):
    access_token = fields.String(required=True)
    refresh_token = fields.String(required=True)
    token_type = fields.String(required=True, validate=validate.Equal("Bearer"))
    expires_in = Integer(min=1, max=10**9, required=True)


class SignedIn(BaseSchema):
    user = fields.Nested(UserSchema, required=True)
    tokens = fields.Nested(TokensSchema, required=True)
