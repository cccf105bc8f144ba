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
    folder: Path = parser.parse_args(args).folder

    # Only here: the application imports this package for its routes.
    from lms.app import create_app
    from lms.openapi.document import build
    from lms.openapi.postman import to_postman

    document = build(create_app(settings))
    # A file has no page that it came from: it names the server in full.
    document["servers"] = [{"url": settings.base_url}]
    files = {"openapi.json": document, "postman_collection.json": to_postman(document)}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(orjson.dumps(content, option=_OPTIONS))
        print(folder / name)
    return 0
