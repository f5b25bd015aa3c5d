"""A question that is no more than `next?`, as if it were whole; and what keeps from a deed, as what forbids it."""

from __future__ import annotations

import re


def whole_question(text: str) -> str:
    """The text, where `next?` stands alone, with the question that it stands for.

    What stops somebody from doing a thing does not stop what is done.

    >>> whole_question("All six done. And next?"), whole_question("When is the next?")
    ('All six done. What next?', 'When is the next?')
    >>> whole_question("Should that put me off injecting?"), whole_question("Does it stop us giving it?")
    ('Should that contraindicate injecting?', 'Does it contraindicate giving it?')
    """
    return _KEEPS.sub(r"contraindicate ", _NEXT.sub(r"\1What next", text))


def after_course(text: str) -> str:
    """A text that tells of a course that is over, its `what now?` as the question what follows upon it.

    >>> after_course("All six done, no symptoms, what now?"), after_course("She had her six. Now what?")
    ('All six done, no symptoms. What next?', 'She had her six. What next?')
    """
    return _NOW.sub(". What next?", text)


_NOW = re.compile(
    r"\s*(?:[,.;:!?\u2013\u2014-]+|\band)\s*(?:(?:and|so|ok|okay|then|well|please)\W+)*(?:"
    r"what (?:(?:happens|comes|is|do (?:i|we|you|they) do|should (?:i|we|she|he|they) do|will (?:i|she|he) have) )?"
    r"(?:now|next|then|after|afterwards|after that|to do now|to do next)|what(?: does)? follows?|now what|then what|"
    r"next(?: steps?)?|what(?: is|'s) the next step|now|"
    r"where (?:do we|does (?:she|he) )?(?:go )?(?:from here|now|next))"
    r"(?:,? (?:then|please|now))?\s*(?:\?|$)",
    re.I,
)


_NEXT = re.compile(r"(^\s*|[.!?;]\s+)(?:(?:and|so|ok|okay|then)\W+)*next(?: (?:steps?|please))?(?=\s*\?)", re.I)
_WHOM = r"(?:me|us|you|him|her|them|anyone|anybody|someone|somebody|one|the (?:nurse|doctor|gp|patient))"
_KEEPS = re.compile(
    rf"\b(?:(?:stop|keep|prevent|deter)s? {_WHOM} (?:from )?(?=\w+ing\b)|puts? {_WHOM} off )(?!of\b)(?:from )?", re.I
)
"""Words for what keeps somebody from a deed: `stops us giving it`, `puts me off it`."""
