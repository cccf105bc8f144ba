"""How names look: what somebody looked at once and found right stays as it was.

To accept a change of looks: `python -m tests.certificates.test_reference`, then look at the
pictures under reference/ before you commit them.
"""

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from lms.certificates.rendering import render_certificate
from tests.certificates.documents import NAMES, a_document

FOLDER = Path(__file__).with_name("reference")
SHOWN = {
    name: NAMES[name]
    for name in (
        "Arabic", "Hebrew", "Devanagari", "Thai", "Chinese", "Japanese", "Korean", "Vietnamese"
    )
} | {"Emoji": "Sam 🎓👩‍🚀 Ø", "Long": ("Maximiliana von und zu Hohenlohe " * 7)[:200]}  # fmt: skip
_PLACE = (100, 200, 742, 296)  # of the name on the page, in points from its upper left


def _drawn(name: str) -> Image.Image:
    page = pypdfium2.PdfDocument(render_certificate(a_document(name)))[0]
    return page.render(scale=1).to_pil().convert("L").crop(_PLACE)


@pytest.mark.parametrize("script", SHOWN)
def test_a_name_looks_like_its_reference_picture(script: str) -> None:
    with Image.open(FOLDER / f"{script.lower()}.png") as reference:
        difference = ImageStat.Stat(ImageChops.difference(_drawn(SHOWN[script]), reference))
    # Other versions of the renderer smooth edges differently; other glyphs differ by far more.
    assert difference.mean[0] < 1.0


def test_the_comparison_notices_another_name() -> None:
    with Image.open(FOLDER / "arabic.png") as reference:
        other = _drawn(NAMES["Arabic"][::-1])
        assert ImageStat.Stat(ImageChops.difference(other, reference)).mean[0] > 2.0


if __name__ == "__main__":
    for script, name in SHOWN.items():
        _drawn(name).save(FOLDER / f"{script.lower()}.png", optimize=True)
