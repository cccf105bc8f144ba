"""Bodies and replies of signing in."""

from marshmallow import fields, validate

from lms.core.http.schemas import (
    AnyEmail,
    BaseSchema,
    Boolean,
    Choice,
    Email,
    Id,
    Integer,
    Name,
    Text,
)
from lms.users.schemas import UserSchema


class Password(fields.String):
    """A password to be checked; the rules for a new one are in auth/policy.py."""

    def __init__(self, *, max: int = 1024, required: bool = True) -> None:
        super().__init__(
            required=required,
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


class Token(fields.String):
    """One of our tokens, which have a limited length."""

    def __init__(self, *, required: bool = True) -> None:
        super().__init__(
            required=required,
            validate=validate.Length(min=1, max=512),
            metadata={"example": "8Zk2o6m4TQ2nq0x1Y3v5Uw.c2VjcmV0"},
        )


class Code(fields.String):
    """Six digits of an authenticator, or a recovery code; spaces do not matter."""

    def __init__(self, *, required: bool = True) -> None:
        super().__init__(
            required=required,
            validate=validate.Length(min=1, max=64),
            metadata={"example": "123456"},
        )


class SessionKind(Choice):
    """How a browser keeps its refresh token: in a cookie that no script can read."""

    def __init__(self) -> None:
        super().__init__(
            "cookie",
            metadata={
                "description": "Answer without `refresh_token` and set a cookie that scripts "
                "cannot read; for pages on the site of the API."
            },
        )


class Registration(BaseSchema):
    email = Email(required=True, metadata={"example": "sam@example.com"})
    password = NewPassword()
    full_name = Name(required=True, metadata={"example": "Sam Student"})
    session = SessionKind()


class Login(BaseSchema):
    email = fields.String(
        required=True,
        validate=validate.Length(min=1, max=320),
        metadata={"format": "email", "example": "sam@example.com"},
    )
    password = Password()
    session = SessionKind()


class MfaLogin(BaseSchema):
    mfa_token = Token()
    code = Code()
    session = SessionKind()


class Refresh(BaseSchema):
    """Without `refresh_token` the cookie's counts, and the answer is a cookie again."""

    refresh_token = Token(required=False)
    session = SessionKind()


class Logout(BaseSchema):
    """A refresh token, whose session ends. Without one, the cookie's or the access token's ends."""

    refresh_token = Token(required=False)


class ForgotPassword(BaseSchema):
    email = AnyEmail(required=True, metadata={"example": "sam@example.com"})


class Confirmation(BaseSchema):
    token = Token()
    password = Password(required=False)


class PasswordReset(BaseSchema):
    token = Token()
    new_password = NewPassword()


class PasswordChange(BaseSchema):
    current_password = Password()
    new_password = NewPassword()
    code = Code(required=False)


class NewAddress(BaseSchema):
    new_email = Email(required=True, metadata={"example": "sam@example.org"})
    password = Password()
    code = Code(required=False)


class PasswordOnly(BaseSchema):
    password = Password()


class CodeOnly(BaseSchema):
    code = Code()


class PasswordAndCode(BaseSchema):
    password = Password()
    code = Code()


class TokensSchema(BaseSchema):
    access_token = fields.String(required=True)
    refresh_token = fields.String(metadata={"description": "Absent where a cookie holds it."})
    token_type = fields.String(required=True, validate=validate.Equal("Bearer"))
    expires_in = Integer(min=1, max=10**9, required=True)


class SignedIn(BaseSchema):
    user = fields.Nested(UserSchema, required=True)
    tokens = fields.Nested(TokensSchema, required=True)


class Registered(BaseSchema):
    """The new user and their tokens; nothing where the address is confirmed first (202)."""

    user = fields.Nested(UserSchema)
    tokens = fields.Nested(TokensSchema)


class LoginOutcome(BaseSchema):
    """The user and their tokens; with a second factor, what the second step needs."""

    user = fields.Nested(UserSchema)
    tokens = fields.Nested(TokensSchema)
    mfa_required = Boolean(metadata={"example": True})
    mfa_token = fields.String()
    expires_in = Integer(min=1, max=10**9, metadata={"description": "Seconds."})


class SessionSchema(BaseSchema):
    """A sign-in; `current` is the one that asks."""

    id = Id(required=True)
    device = fields.String(required=True)
    ip = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(required=True)
    current = fields.Boolean(required=True)


class Confirmed(BaseSchema):
    email = fields.String(required=True)
    email_verified = fields.Boolean(required=True)
    password_reset_required = fields.Boolean(required=True)


class Reason(BaseSchema):
    reason = Text(min=1, max=500, required=True, metadata={"example": "The phone was lost."})


class OptionalReason(BaseSchema):
    reason = Text(min=1, max=500, metadata={"example": "A laptop was stolen."})


class MfaSetup(BaseSchema):
    secret = fields.String(required=True)
    otpauth_uri = fields.String(required=True)
    qr_svg = fields.String(required=True)


class RecoveryCodes(BaseSchema):
    recovery_codes = fields.List(fields.String(), required=True)
