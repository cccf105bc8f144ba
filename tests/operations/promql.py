"""What an expression of PromQL names: metrics, and the labels that it asks each of them for."""

import re
from dataclasses import dataclass, field

# Words that stand where a metric could.
_WORDS = {
    "and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right",
    "offset", "bool", "inf", "nan", "start", "end",
}  # fmt: skip
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_SELECTOR = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)\s*\{((?:[^{}"]|"(?:[^"\\]|\\.)*")*)\}')
_MATCHER = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')
_NAME = re.compile(r"(?<![\w.:$])([a-zA-Z_:][a-zA-Z0-9_:]*)(?!\s*\(|\w)")


@dataclass
class Named:
    """The metrics of an expression; labels and values that matchers ask for; grouping labels."""

    metrics: set[str] = field(default_factory=set)
    matched: set[tuple[str, str, str]] = field(default_factory=set)  # metric, label, value
    grouped: set[str] = field(default_factory=set)


def names_in(expression: str) -> Named:
    """Names in an expression; values of regular expressions are taken apart at each `|`."""
    found = Named()
    for part in _GROUPING.findall(expression):
        found.grouped |= {name.strip() for name in part.split(",") if name.strip()}
    rest = _GROUPING.sub(" ", expression)
    for metric, matchers in _SELECTOR.findall(rest):
        found.metrics.add(metric)
        for label, operator, value in _MATCHER.findall(matchers):
            values = value.split("|") if "~" in operator else [value]
            found.matched |= {(metric, label, one) for one in values}
    rest = re.sub(r"\[[^\]]*\]", " ", _SELECTOR.sub(" ", rest))
    rest = re.sub(r'"(?:[^"\\]|\\.)*"', " ", rest)
    found.metrics |= {name for name in _NAME.findall(rest) if name not in _WORDS}
    return found
