"""`python -m lms openapi [folder]`: the OpenAPI document and a Postman collection as files."""

import argparse
from pathlib import Path

import orjson

from lms.settings import Settings

_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def main(settings: Settings, args: list[str]) -> int:
    """Write `openapi.json` and `postman_collection.json` for these settings; touches no server."""
    parser = argparse.ArgumentParser(prog="python -m lms openapi")
    parser.add_argument(
        "folder", nargs="?", type=Path, default=Path("docs"), help="where to write (docs)"
    )
    parser.add_argument("--errors", action="store_true", help="print docs/errors.md instead")
    parsed = parser.parse_args(args)
    folder: Path = parsed.folder

    # Only here: the application imports this package for its routes.
    from lms.app import create_app
    from lms.openapi.document import build
    from lms.openapi.postman import to_postman
    from lms.openapi.problems import render_errors

    app = create_app(settings)
    if parsed.errors:
        print(render_errors(), end="")
        return 0
    document = build(app)
    # A file has no address of its own, so it must name the server in full.
    document["servers"] = [{"url": settings.base_url}]
    files = {"openapi.json": document, "postman_collection.json": to_postman(document)}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(orjson.dumps(content, option=_OPTIONS))
        print(folder / name)
    return 0
