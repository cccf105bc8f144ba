"""HTML that people write and other people's browsers show: only what does nothing is kept."""

import re

import nh3

TEXT_FORMATS = ("markdown", "plain", "html")

_TAGS = nh3.ALLOWED_TAGS | {"audio", "source", "tfoot", "track", "video"}
_MEDIA = {"src", "controls", "width", "height", "poster", "title"}
_ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    "*": {"dir", "lang", "style", "title"},
    "img": nh3.ALLOWED_ATTRIBUTES["img"] | {"title"},
    "audio": _MEDIA,
    "video": _MEDIA,
    "source": {"src", "type"},
    "track": {"kind", "label", "src", "srclang"},
}
_STYLES = {
    "background-color", "color", "font-style", "font-weight", "list-style-type", "text-align",
    "text-decoration", "vertical-align",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel"}
_CLEANER = nh3.Cleaner(
    tags=_TAGS, attributes=_ATTRIBUTES, filter_style_properties=_STYLES, url_schemes=_SCHEMES
)
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]{0,30})")


def clean_html(html: str) -> str:
    """The HTML without scripts, forms, frames and whatever else a browser would run."""
    return _CLEANER.clean(html)


def left_out_tags(html: str) -> list[str]:
    """The names of elements that `clean_html` takes out, in the order of the alphabet."""
    names = {name.lower() for name in _TAG.findall(html)}
    return sorted(names - _TAGS - {"html", "head", "body"})
