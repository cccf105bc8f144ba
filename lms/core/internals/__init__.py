"""Private parts of other packages: what an upgrade may change without a word.

One module for each package, and the name of each function says what it does for us. Nothing else
in lms/ uses a private name of another package. `tests/core/test_internals.py` holds that, and
fails by name when a part is gone or has another shape. Why we use them at all is in
docs/decisions/0001-private-parts-of-aiohttp.md.
"""
