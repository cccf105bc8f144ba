"""The tasks of every folder: each declares its own in `tasks.py`, which is imported here."""

import importlib
import importlib.util
import pkgutil

import lms


def load_tasks() -> None:
    """Import the `tasks.py` of the machinery and of every domain: what is promised is declared."""
    for found in pkgutil.iter_modules(lms.__path__, "lms."):
        if found.ispkg and importlib.util.find_spec(f"{found.name}.tasks"):
            importlib.import_module(f"{found.name}.tasks")
