"""What the folders of lms/ declare for a worker, each in modules that are imported here."""

import importlib
import importlib.util
import pkgutil

import lms

_DECLARING = ("mails", "tasks")


def load_tasks() -> None:
    """Import the `tasks.py` and `mails.py` of the machinery and of every domain."""
    for found in pkgutil.iter_modules(lms.__path__, "lms."):
        for name in _DECLARING:
            if found.ispkg and importlib.util.find_spec(f"{found.name}.{name}"):
                importlib.import_module(f"{found.name}.{name}")
