"""A question that is no more than `next?`, as if it were whole."""

from __future__ import annotations

import re


def whole_question(text: str) -> str:
    """The text, where `next?` stands alone, with the question that it stands for.

    >>> whole_question("All six done. And next?"), whole_question("When is the next?")
    ('All six done. What next?', 'When is the next?')
    """
    return _NEXT.sub(r"\1What next", text)


_NEXT = re.compile(r"(^\s*|[.!?;]\s+)(?:(?:and|so|ok|okay|then)\W+)*next(?: (?:steps?|please))?(?=\s*\?)", re.I)
