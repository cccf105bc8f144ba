"""What can be wrong with a file, as the client sees it."""

from lms.core.parsers import PARSER_FAULTS
from lms.core.storage import StorageUnavailable
from lms.errors import Conflict, FieldError, Invalid, LMSError, Malformed


class FileTooLarge(LMSError):
    """The file is larger than this site takes."""

    status = 413


class FileTypeNotAllowed(LMSError):
    """Files of this type are not taken here, or the content is not what the name says."""

    status = 415


class RangeNotSatisfiable(LMSError):
    """The file ends before the range that was asked for."""

    status = 416


class _FileInvalid(Invalid):
    """Something is wrong with the file."""

    code = Invalid.code
    title = Invalid.title

    def __init__(self, detail: str | None = None, *, pointer: str = "/file") -> None:
        super().__init__(detail)
        self.errors = (FieldError(pointer, self.code, self.detail),)


class FileEmpty(_FileInvalid):
    """The file has no content."""


class InvalidFilename(_FileInvalid):
    """The file needs a plain name of 1 to 255 characters: no path, control or direction marks."""


class ImageTooLarge(_FileInvalid):
    """The image has more pixels than this site takes."""


class ArchiveRejected(_FileInvalid):
    """The archive is damaged, encrypted, unpacks to too much, or names files outside itself."""


class QuotaExceeded(Conflict):
    """Your files use all of your storage space; delete some that you no longer need."""


class MalformedMultipart(Malformed):
    """The body is not well-formed multipart/form-data."""


class FileInUse(Conflict):
    """Something shows this file, such as a lesson or a thumbnail; detach it there first."""


class UploadIncomplete(Conflict):
    """Nothing was sent to the upload's URL yet; send the file there, then complete."""


class UploadInProgress(Conflict):
    """This upload is being completed; ask again in a moment."""

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "2"})


# What storing any file can end with, however it comes.
CONTENT_FAULTS = (
    ArchiveRejected, FileEmpty, FileTooLarge, FileTypeNotAllowed, ImageTooLarge, InvalidFilename,
    QuotaExceeded, StorageUnavailable, *PARSER_FAULTS,
)  # fmt: skip
