"""Under which keys the objects of a file lie in the storage."""

from uuid import UUID

from lms.files.images import FORMS


def object_key(file_id: UUID) -> str:
    """Where a file's object lies."""
    return f"files/{file_id}"


def incoming_key(file_id: UUID) -> str:
    """Where a client sends a straight-to-storage upload, before it is checked."""
    return f"incoming/{file_id}"


def image_key(form: str, file_id: UUID) -> str:
    """Where a re-encoded image lies; `form` is one of `FORMS`."""
    return f"{form}/{file_id}"


def object_keys(file_id: UUID) -> list[str]:
    """Every object that a file may have."""
    return [
        object_key(file_id),
        incoming_key(file_id),
        *(image_key(form, file_id) for form in FORMS),
    ]
