"""What came after the treatment and is laid to something else: `X after it, turned out to be Y`, `the dose of Y`.

Only of what keeps from all treatment. Nothing is heard of it: whether any of it is so nobody has said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from ...expr import facts_of
from ...model import Guideline
from ..named.mentions import within
from ..text.clauses import Piece, Sentence, is_a
from ..text.words import one_of
from ..told.scene import Scene, Word, word

At = tuple[int, int]

_OURS, _ELSE, _OTHER = "@", "&", "#"
"""How a phrase stands in a line of words: what the guideline treats with or keeps from; other causes; the rest."""
_AGAIN, _AGAIN_SAME = "§", "¤"
"""How a word stands there by which what came is spoken of again; the second is no cause."""
_LEAD = (
    r"(?:(?:[,(—:.]|no|nope|not|and|but|which|that|it|this|the|a|an|her|his|my|later|then|since|now|was|were|is|has|had|"
    r"have|been|be|subsequently|eventually|afterwards|after all|in the end|only|just|so|actually|apparently|luckily|"
    r"thankfully|in|\d+|ago|last year|year ago|month ago|week ago|sorry|all|over|§|¤) )*"
)
_DOING = r"(?!(?:#|have|see|get|start|go|be|receive|restart|come|stop|finish|return|attend|begin|resume)(?: |$))"
_CAUSE = _DOING + r"(?!(?:[^\s,(.—:]+ ){0,6}?(?:@|\?|not|%s)(?: |$))[^\s,(.—:]+"
_SAME = (
    "it that this them allergy allergic allergies reaction reactive react true real genuine proper serious severe bad "
    "worse worst nasty awful horrible terrible scary frightening nightmare positive intolerance sensitivity injection "
    "jab shot dose needle preservative excipient vial ampoule brand one first second third last fourth mistake "
    "shock both either something nothing everywhere life threatening same right there here way time minute hour day "
    "week month year night"
)
_RIGHT = (
    r"turn(?:ed|s)? out (?:(?:to|it|that|she|he|i|we|have|had|has|been|be|was|were|is|as|a|the) )*{cause}",
    (
        r"(?:confirmed|identified|diagnosed|shown|found|proved|proven|explained) "
        r"(?:(?:to|as|be|have|been|due to|caused by) )+{cause}"
    ),
    r"explained by (?:(?:a|an|the|her|his|my) )*{cause}",
    r"(?:\S+ ){{0,3}}?(?:say|says|said|confirmed|decided|told (?:me|us|her|him)) (?:(?:that|it|this|me|us) )*&",
    r"(?:\S+ ){{0,4}}?(?:put|puts) (?:(?:it|that|this|the{own}) )*(?:down to|down) {cause}",
    (
        r"(?:\S+ ){{0,4}}?(?:blamed|blames|attributed|traced|pinned|chalked|ascribed) "
        r"(?:(?:it|that|this|the{own}) )*(?:down to|down|up|to|on|at)(?: to| on)? {cause}"
    ),
    r"(?:\S+ ){{0,4}}?(?:blamed|blames) (?:the|her|his|my) {cause}",
    r"(?:due to|down to|caused by|because of) {cause}",
    r"(?:\S+ ){{0,3}}?(?:ruled (?:it |this |that )?out|ruled it out)",
    _ELSE,
)
_LEADS_ON = one_of("after to with from following on")
_ANSWER = (
    r"(?:(?:no|nope|sorry|actually|oh|ah|wait|correction|,|—) )*(?:it|that|this) (?:was|is) (?:the|her|his|my) {cause}"
)
_LITERAL = frozenset(re.findall(r"[a-z]{3,}", " ".join((_LEAD, _ANSWER, *_RIGHT))))
"""Words of the patterns themselves."""
_FINE_SINCE = re.compile(
    r"(?:fine|ok|okay|well|problem|trouble|issue|reaction|nothing) (?:(?:on|with|to) )(?:it|them) (?:ever )?since"
    r"|had (?:\S+ ){0,3}since (?:then )?(?:without|with no|with out|no|and no)"
    r"|tolerated (?:\S+ ){0,3}since"
)
_TESTED = re.compile(r"tests?(?: was| were| came back| all)* (?:negative|clear|normal)")
_PARTS_OF = one_of(
    """
    course series loading six set batch season round cycle year month week day phase treatment therapy regime regimen
    mine hers his theirs them these those it this that which two three four five number replacement schedule starting
    having going course block run all many several few today yesterday time her him
    """
)
"""Of what an injection can be one, or what is no drug."""
_STARTED = one_of("started begun given commenced restarted prescribed due planned ordered")
_GENERIC = one_of("injection jab shot dose needle jag one loading")
_ARTICLES = one_of("the our a an this that one")
_STAFF = one_of(
    """
    receptionist nurse colleague doctor gp pharmacist physio physiotherapist paramedic secretary manager boss cleaner
    hcp hca carer midwife dietitian consultant registrar dentist teacher hairdresser neighbor neighbour coworker student
    """
)
_SAYING = one_of(
    "say says said told tells reckons reckon thinks think swears claims mentioned mentions reports reported"
)
_ANYBODY = one_of("someone somebody anyone everyone people")
_THEIRS = one_of("her him them his their hers she he they")


def laid_to_else(read: Scene) -> tuple[frozenset[At], frozenset[At], tuple[Word, ...]]:
    """The mentions of which nothing is heard at all, those of which only the gates are not, and what is taken back."""
    gates = gates_of(read.guideline)
    whole: set[At] = set()
    part: set[At] = set()
    for number, place, piece in _marks(read):
        if _gates(read, piece) & gates:
            if _of_other(read, number, place) or _of_another(read, number, place):
                whole.add((number, place))
            elif _explained(read, number, place, gates) or _no_reaction(read, number, place):
                part.add((number, place))
    return frozenset(whole), frozenset(part), tuple(_taken_back(read, gates))


@lru_cache(maxsize=16)
def gates_of(guideline: Guideline) -> frozenset[str]:
    """The facts that keep somebody from all treatment, and are or are not so."""
    gates = {fact for rule in guideline.rules if rule.stops for fact in facts_of(rule.when)}
    return frozenset(fact for fact in gates if guideline.facts[fact].kind == "yes/no")


def _marks(read: Scene) -> Iterator[tuple[int, int, Piece]]:
    for number, sentence in enumerate(read.talk):
        yield from ((number, place, piece) for place, piece in enumerate(sentence.pieces) if piece.mention is not None)


def _gates(read: Scene, piece: Piece, value: bool = True) -> set[str]:
    """The facts that a phrase says to be so, or not to be."""
    meanings = read.noted.mentions[piece.mention].meanings if piece.mention is not None else ()
    return {one.fact for one in meanings if one.kind == "said" and one.value is value}


def _line(read: Scene, found: Sequence[Piece]) -> str:
    """Pieces as a line of words."""
    return " ".join(_sign(read, piece) for piece in found)


def _sign(read: Scene, piece: Piece) -> str:
    if piece.mention is None:
        return f"? {piece.key}" if is_a(piece, "doubt suspect if modal unknown") and "be" not in piece else piece.key
    mention = read.noted.mentions[piece.mention]
    if any(one.kind == "nothing" and one.value == "else" for one in mention.meanings):
        return _OTHER if piece.key.startswith(",") else _ELSE
    if any(one.kind == "nothing" for one in mention.meanings):
        return piece.key
    return _OURS if _gates(read, piece) & gates_of(read.guideline) or _names_ours(read, piece) else _OTHER


def _names_ours(read: Scene, piece: Piece) -> bool:
    """Whether a phrase names what the guideline treats or treats with."""
    if piece.mention is None:
        return False
    mention, spoken = read.noted.mentions[piece.mention], read.noted.spoken
    inner = (within(mention.start, mention.end, spoken, read.lexicon, kind) for kind in ("used", "topic"))
    return any(one for kind in inner for one in kind)


def _matches(line: str, own: str, patterns: Sequence[str]) -> bool:
    """Whether words open with the telling of another cause; ``own``: words by which it may be spoken of again."""
    named = {key for key in own.split() if len(key) > 2 and key.isalpha() and key not in _LITERAL}
    signs = {key: _AGAIN_SAME if key in _SAME.split() else _AGAIN for key in named}
    line = " ".join(signs.get(word, word) for word in line.split(" "))
    return any(one.match(line) for one in _compiled(tuple(patterns)))


@cache
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    cause = _CAUSE % "|".join((*_SAME.split(), _AGAIN_SAME, r"drug(?= [,(—.:]|$)"))
    return tuple(re.compile(_LEAD + one.format(cause=cause, own=f"|{_AGAIN}|{_AGAIN_SAME}")) for one in patterns)


def _explained(read: Scene, number: int, place: int, gates: frozenset[str]) -> bool:
    """Whether the words behind lay it to something else, or tell that it was tested or taken again without harm."""
    sentence = read.talk[number]
    behind = sentence.pieces[place + 1 :]
    line = _line(read, behind)
    follows = read.talk[number + 1] if number + 1 < len(read.talk) else None
    if follows and not follows.asked and not any(piece.mention is not None for piece in behind):
        line = f"{line} . {_line(read, follows.pieces)}" if line else f". {_line(read, follows.pieces)}"
    if sentence.pieces[place].key.split()[-1] in _LEADS_ON:
        line = line.removeprefix(f"{_OURS} ")  # hives after | X, later shown to be due to Y
    if _matches(line, sentence.pieces[place].key, _RIGHT):
        return True
    if any(_gates(read, piece, False) & gates and _TESTED.search(piece.key) for piece in behind):
        return True
    since = _FINE_SINCE.search(" ".join(piece.key for piece in behind))
    return since is not None and _OURS not in line


def _taken_back(read: Scene, gates: frozenset[str]) -> Iterator[Word]:
    """What stood from the turn before and is now laid to something else."""
    facts = [fact for fact in read.before.told if fact in gates and read.before.facts.get(fact) is True]
    if not (read.turn and facts and read.talk) or read.talk[0].asked:
        return
    line = " . ".join(_line(read, sentence.pieces) for sentence in read.talk[:2])
    if _matches(line, "rash reaction", _RIGHT) or _matches(line, "", (_ANSWER,)):
        yield from (word(read, 0, 0, fact, None) for fact in facts)


def _of_other(read: Scene, number: int, place: int) -> bool:
    """Whether it came after another drug: `after the second injection, of Y`, `X after Y` with ours nowhere before."""
    found = read.talk[number].pieces
    piece, after = found[place], list(found[place + 1 : place + 6])
    if _names_strictly(read, piece):
        return False
    if piece.key.split()[-1] in _GENERIC:
        after = after[1:] if after and is_a(after[0], "comma open dash") else after
        if len(after) > 1 and after[0].key in ("of", "for"):
            return _is_strange(after[1]) or (is_a(after[1], "my her") and len(after) > 2 and _is_strange(after[2]))
        return bool(after) and _line(read, found[place + 1 : place + 2]) == _ELSE
    if after and after[0].mention is not None and after[0].key.split()[0] == "after" and len(found) > place + 2:
        return after[0].key.split()[-1] in _GENERIC and _of_other(read, number, place + 1)  # X | after the dose | of Y
    if len(after) > 1 and after[0].key in ("after", "from", "following") and _is_strange(after[1]):
        ends = len(after) == 2 or is_a(after[2], "comma open close ago but and dash")
        earlier = [*(one for sentence in read.talk[:number] for one in sentence.pieces), *found[:place], *after]
        return ends and not any(_names_ours(read, one) for one in earlier)
    return False


def _names_strictly(read: Scene, piece: Piece) -> bool:
    """Whether a phrase names one of our drugs itself, and not only a dose."""
    if piece.mention is None:
        return True
    mention = read.noted.mentions[piece.mention]
    inner = within(mention.start, mention.end, read.noted.spoken, read.lexicon, "used")
    topic = within(mention.start, mention.end, read.noted.spoken, read.lexicon, "topic")
    generic = read.lexicon.received
    return (
        any(one.fact not in generic for one in inner)
        or any(key not in _GENERIC and any(char.isdigit() for char in key) for key in piece.key.split())
        or any(one.fact for one in topic)
    )


def _is_strange(piece: Piece) -> bool:
    """Whether a word names something of which nothing is known here."""
    strange = not piece.labels or piece.labels == ("nothing",)
    return strange and piece.key.isalpha() and piece.key not in _PARTS_OF


def _no_reaction(read: Scene, number: int, place: int) -> bool:
    """Whether a phrase is cut short of its meaning: `allergies: Y, X started`, `reacted to X by crying`."""
    found = read.talk[number].pieces
    after = found[place + 1 : place + 3]
    if not after:
        return False
    if ":" in found[place].key.split() and after[0].key in _STARTED:
        return True
    return after[0].key == "by" and len(after) > 1 and not after[1].labels and after[1].key.endswith("ing")


def _of_another(read: Scene, number: int, place: int) -> bool:
    """Whether somebody tells what he had himself: `a colleague says X gave her Y`, `the receptionist reacted to X`."""
    found = read.talk[number].pieces
    before = [key for piece in found[:place] for key in piece.key.split()]
    if _of_somebody(read, number, place) or not before:
        return False
    opening = before[1:] if before[0] in (*_ARTICLES, "my") else before
    if opening and opening[0] in _STAFF and before[0] not in ("a", "an") and _HAD.issuperset(opening[1:]):
        return True
    says = next((at for at, key in enumerate(opening[:7]) if key in _SAYING), None)
    if says is None or not says or says > _FAR or not _teller(found, opening[:says]):
        return False
    rest = [*opening[says + 1 :], *found[place].key.split()]
    theirs = re.search(r"\b(?:her|his|their|a|another) patient\b", " ".join(rest)) is not None
    return not _THEIRS.isdisjoint(rest) and (theirs or _OWN.isdisjoint(rest))


_FAR = 5
_HAD = one_of("had has got gets a an once also herself himself bad nasty itchy red have")
_OWN = one_of("i my mine patient")


def _teller(found: Sequence[Piece], named: Sequence[str]) -> bool:
    """Whether somebody who is no patient tells it."""
    known = not (_STAFF | _ANYBODY).isdisjoint(named) or named[0] == "boss"
    return known or (is_a(found[0], "relative") and not _WORK.isdisjoint(named)) or "boss" in named


_WORK = one_of("work church school gym office boss colleague neighbor neighbour friend")


def _of_somebody(read: Scene, number: int, place: int) -> bool:
    """Whether a patient has been spoken of before."""
    earlier: list[Piece] = [one for sentence in read.talk[:number] for one in sentence.pieces]
    return any(is_a(piece, "age person third number i") for piece in earlier) or _aged(read.talk[number], place)


def _aged(sentence: Sentence, place: int) -> bool:
    return any(is_a(piece, "age third number") for piece in sentence.pieces[:place])
