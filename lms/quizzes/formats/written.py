"""Texts of files with questions, and their formats."""

import html
import re
from dataclasses import dataclass
from typing import Any

# A tag or an entity: what makes a text HTML that does not say what it is.
_MARKUP = re.compile(
    r"</?[a-zA-Z][^<>]*>|<!--|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,30});"
)


@dataclass(frozen=True, slots=True)
class Written:
    """A text and its format: `markdown`, `plain` or `html`."""

    text: str
    format: str

    def __bool__(self) -> bool:
        return bool(self.text)


def guessed(text: str) -> Written:
    """A text whose file leaves the format to us: HTML if it holds tags or entities."""
    return Written(text, "html" if _MARKUP.search(text) else "plain")


def typed(written: Written) -> str:
    """What somebody types to write this: the text itself, without entities."""
    return html.unescape(written.text) if written.format == "html" else written.text


def joined(*parts: Written | None) -> Written | None:
    """Texts one after the other; None if there is nothing."""
    found = [part for part in parts if part]
    if not found:
        return None
    if len({part.format for part in found}) == 1:
        between = "<br>" if found[0].format == "html" else "\n\n"
        return Written(between.join(part.text for part in found), found[0].format)
    texts = (one.text if one.format == "html" else html.escape(one.text) for one in found)
    return Written("<br>".join(texts), "html")


def spelled(question: dict[str, Any]) -> dict[str, Any]:
    """A question whose texts and explanations are `Written`, as the API takes it.

    The question's formats are those of its text and its explanation; parts that differ say theirs.
    """
    text, explanation = question["text"], question.get("explanation")
    first = explanation or _first_explanation(question) or text
    formats = {"text": text.format, "explanation": first.format}
    spelled_parts: dict[str, Any] = _spell(question, formats)
    return {**spelled_parts, "text_format": text.format, "explanation_format": first.format}


def _first_explanation(value: Any) -> Written | None:
    if isinstance(value, dict):
        if isinstance(found := value.get("explanation"), Written):
            return found
        value = list(value.values())
    if isinstance(value, list):
        return next((one for one in map(_first_explanation, value) if one), None)
    return None


def _spell(value: Any, formats: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_spell(one, formats) for one in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for name, part in value.items():
        if isinstance(part, Written):
            found[name] = part.text
            if part.format != formats[name]:
                found[f"{name}_format"] = part.format
        else:
            found[name] = _spell(part, formats)
    return found
