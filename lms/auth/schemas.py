"""Bodies and replies of signing in."""

from marshmallow import fields, validate

from lms.core.http.schemas import (
    AnyEmail,
    BaseSchema,
    Choice,
    Email,
    Id,
    Integer,
    Name,
    Text,
    Union,
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


class CookieTokens(BaseSchema):
    """The token to send with each request; a cookie holds the refresh token."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True, validate=validate.Equal("Bearer"))
    expires_in = Integer(min=1, max=10**9, required=True)


class TokensSchema(CookieTokens):
    """The token to send with each request, and the one that is traded for the next pair."""

    refresh_token = fields.String(required=True)


def _outcome(word: str) -> fields.String:
    return fields.String(required=True, validate=validate.Equal(word))


class SignedIn(BaseSchema):
    """Somebody is signed in, with both tokens."""

    outcome = _outcome("signed_in")
    user = fields.Nested(UserSchema, required=True)
    tokens = fields.Nested(TokensSchema, required=True)


class SignedInByCookie(BaseSchema):
    """Somebody is signed in, in a browser: a cookie that no script can read has the other token."""

    outcome = _outcome("signed_in_by_cookie")
    user = fields.Nested(UserSchema, required=True)
    tokens = fields.Nested(CookieTokens, required=True)


class MfaChallenge(BaseSchema):
    """The password is right. Send `mfa_token` with a code to `/auth/mfa/login`."""

    outcome = _outcome("mfa_required")
    mfa_required = fields.Boolean(required=True, validate=validate.Equal(True))
    mfa_token = fields.String(required=True)
    expires_in = Integer(
        min=1, max=10**9, required=True, metadata={"description": "Seconds that `mfa_token` lives."}
    )


class SignInOutcome(Union):
    """Signed in; `outcome` says where the refresh token is."""

    members = (SignedIn, SignedInByCookie)
    discriminator = "outcome"


class LoginOutcome(Union):
    """Signed in, or, with a second factor, what the second step needs; `outcome` says which."""

    members = (SignedIn, SignedInByCookie, MfaChallenge)
    discriminator = "outcome"


class RegisteredTokens(CookieTokens):
    refresh_token = fields.String(metadata={"description": "Absent where a cookie holds it."})


class Registered(BaseSchema):
    """The new user, who is signed in."""

    outcome = Choice("signed_in", "signed_in_by_cookie", name="RegistrationOutcome", required=True)
    user = fields.Nested(UserSchema, required=True)
    tokens = fields.Nested(RegisteredTokens, required=True)


class RegistrationPending(BaseSchema):
    """Nothing: the account opens when the link that was mailed is used."""


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


class GivenReason(BaseSchema):
    reason = Text(min=1, max=500, required=True, metadata={"example": "The phone was lost."})


class OptionalReason(BaseSchema):
    reason = Text(min=1, max=500, metadata={"example": "A laptop was stolen."})


class MfaSetup(BaseSchema):
    secret = fields.String(required=True)
    otpauth_uri = fields.String(required=True)
    qr_svg = fields.String(required=True)


class NewRecoveryCodes(BaseSchema):
    recovery_codes = fields.List(fields.String(), required=True)
