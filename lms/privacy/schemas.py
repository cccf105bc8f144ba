"""What erasing an account takes."""

from lms.auth.schemas import Code, Password
from lms.core.http.schemas import BaseSchema


class Erasure(BaseSchema):
    password = Password()
    code = Code(required=False)
