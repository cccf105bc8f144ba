"""A file, as the API shows it."""

from collections.abc import Mapping

from lms.core.http.etags import version_of
from lms.core.http.reply import Reply
from lms.files.queries import File


def show_file(file: File, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(file.shown(), version=version_of(file.updated_at), headers=headers or {})
