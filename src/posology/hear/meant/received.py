"""Whether somebody has had a treatment, by the words around its name: `since the shots`, `had four`, `on it for years`.

Small words only: which treatment it is stands in the lexicon.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..text.clauses import MENTIONS, Mood, Piece, Sentence, is_a
from ..text.words import CHANGING, Token, one_of

_BEFORE, _AFTER, _FAR = 8, 5, 9
_BREAKS = one_of(
    """
    . , ; : ? ! ( ) — but because although though so which who that
    """
) | {"\n"}
_HAD = one_of(
    """
    take inject injecting had have has having got get gets getting gave give gives giving given received receive
    receives receiving started starting began begun commenced commencing continue continues continuing continued
    completed finished missed skipped stopped since despite between took taken taking takes been another overdue
    late restarted resumed getting last latest previous recent most first second third fourth fifth sixth 1st 2nd
    3rd 4th 5th 6th initial prior administered injected done
    """
)
NEAR = _HAD | one_of(
    """
    monthly weekly fortnightly quarterly daily six few couple several many loading booster all half these next further
    """
)
"""Words without which a name would not stand there: behind any other, a nameless shot may be one of something else."""
_ON = one_of(
    """
    on after post following into through from under
    """
)
"""Words that say so only right before it."""
_SPANS = one_of("day week month year course lot yr yrs wk wks mth mths mo dose couple round cycle")
_COUNTED = one_of("two three four five six seven eight nine ten")
_DAY = one_of("day week month wk dose number no")
"""Words that count how far somebody is: `day 4 of`, `dose 2`."""
_AMOUNT = one_of(
    """
    mg mcg ug microgram milligram ml g iu im sc subcut subcutaneous intramuscular iv po od injection jab shot dose
    ampoule monthly weekly fortnightly quarterly daily twice three times a week alternate other every day loading
    maintenance ( ) course treatment therapy replacement
    """
)
"""Words of a prescription that may stand between a name and what is said of it."""
_SINCE = one_of(
    """
    since despite between
    """
)
_NOT_YET = one_of(
    """
    not never no nor neither without yet to want wanted wants need needs needed should could would can may might
    must will if before until till unless due booked waiting awaiting about going refuse refused refuses decline
    declined declines offered offer recommend recommended suggest suggested says say said advised advise
    prescribe prescribed whether when why how what which where do does did instead than rather afraid scared
    order ordered plan planned planning arrange arranged store storing stored lost lose flying travel travelling
    traveling collect drank drunk swallowed ate eaten start begin commence initiate like prefer preferred wish
    keen hope hoping think thinking considering consider question regarding benefit gap interval frequency get
    possible someone somebody anyone people patients those everybody everyone off via by schedule regimen
    protocol allergy allergic reaction once tomorrow ready rationale role versus vs evidence front agree agreed
    agreeing accept accepted accepting willing happy fear fears feared phobia phobic fearful
    """
)
_HERS = one_of(
    """
    my her his their own
    """
)
_YET_TO_BEGIN = _NOT_YET - one_of("how why what do does did can could get say says said")
_ENDING = one_of("stop stopping skip missed off")
"""What is ended had been begun: `can I stop the monthly ones?`."""
_VESSELS = one_of("ampoule vial box pack kit needle syringe prescription")
"""What somebody may have at home before anything was given."""
_SO_FAR = one_of(
    """
    help helped helping helps work worked working works since for every monthly weekly fortnightly quarterly yearly
    today yesterday last started commenced begun given completed finished done over so already made make makes give
    gives hurt hurts made stopped lasts lasted wear wears wore seem seems daily alternate
    """
)
_BEGUN = one_of(
    """
    started commenced begun given administered restarted completed finished stopped discontinued resumed x
    tolerated received had ongoing taken
    """
)
_STARTED = one_of("started commenced begun restarted completed stopped discontinued resumed")
_RHYTHM = one_of(
    """
    x every since for monthly weekly fortnightly quarterly two three 2 3 8 12 8weekly 12weekly q3m q2m
    """
)
_DAILY = one_of("daily od monthly weekly fortnightly quarterly")
_GENERAL = _NOT_YET | one_of("is are be being has have")
_ONGOING = one_of("continue continues continuing cont ongoing resume resumes resuming restart restarts usual")
"""What is to go on has begun, even where it is only meant for later: `to continue X`."""
_SOONER = one_of("early earlier late later sooner")
"""Words behind one's own next one, before which there were others: `can she have her X early?`."""
_DENIED = one_of("not never no if would")
_HELPED = one_of(
    """
    better improved improving worse gone went cleared settled resolved eased recovered well fine different helped still
    back returned stronger change difference improvement lifted
    """
)
_TO_BE = one_of("will would could should might may want wait waiting until before if when")
_CAME = one_of("attending attend attends attended in came come here presents presented up due")
_UPON = one_of("after for then to")
"""Words right before a rhythm that is only meant for later."""
_TO_COME = one_of(
    """
    next tomorrow due booked start starts needed required indicated recommended ordered planned arranged scheduled
    requested pencilled
    """
)


def received(spoken: Sequence[Token], start: int, end: int, mood: Mood, alone: bool = False) -> bool:
    """Whether the words from ``start`` to ``end`` name what somebody has had, or is on.

    Somebody who asks or supposes takes some things for granted: `since the shots`. ``alone``: the words say so
    themselves (`monthly shots`) unless those before them speak of what is to come.
    """
    before, after = _faring(_leading(_clause(spoken, start))), _further(spoken, end)
    near = [key for key in before if key not in ("the", *_HERS)]
    if near and near[-1] in _ONGOING:
        return _DENIED.isdisjoint(before)
    if _ahead(before, after) or before in (["give"], ["please", "give"]):
        return False
    if mood != "tell" or _changing_from(before):
        early = bool(before) and before[-1] in _HERS and not _SOONER.isdisjoint(after)
        granted = _granted(before, spoken[end - 1].plural and spoken[end - 1].key not in _VESSELS)
        granted = granted or (_on_day(before) and _TO_BE.isdisjoint(before) and _NOT_YET.isdisjoint(before[:-3]))
        return early or granted or _changing_from(before)
    if _begun(spoken, end) and _NOT_YET.isdisjoint(before):
        return True
    if _on_day(before):
        return _NOT_YET.isdisjoint(before[:-2])
    had = next((place for place in range(len(before) - 1, -1, -1) if before[place] in _HAD), None)
    if had is None and not _ON.isdisjoint(before[-2:]) and (before[-1] != "after" or spoken[end - 1].plural):
        had = len(before) - 2
    if had is None and before[-1:] == ["of"] and not _SPANS.isdisjoint(before[-3:]):
        had = len(before) - 1
    if had is not None:
        return _NOT_YET.isdisjoint(before[max(0, had - 3) :])
    if alone and after[:1] != ["or"] and (before or spoken[end - 1].key != "loading"):  # not a search: `X loading`
        came = before[-1:] == ["for"] and not _CAME.isdisjoint(before[-2:-1])
        return (_NOT_YET - {"due"}).isdisjoint(before[-5:]) and (came or _UPON.isdisjoint(before[-1:]))
    plural = spoken[end - 1].plural and spoken[end - 1].key not in _VESSELS
    if _TO_BE.isdisjoint(before) and (_granted(before, plural) or _helped(before)):
        return True
    if plural and _NOT_YET.isdisjoint((*before, *after)) and _told_of_one(before):
        return True
    return _NOT_YET.isdisjoint(before) and _by_itself(before, after, plural)


def _ahead(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether it is still to come: `due`, or a first one that nobody says was had: `first X in 3 weeks`."""
    if after and after[0] in _TO_COME:
        return True
    near = [key for key in before if key not in _VERY]
    if near[-1:] != ["first"] or not _HAD.isdisjoint(near[:-1]):
        return False
    ahead = after[:1] in (["in"], ["within"]) and not (_SPANS | {"fortnight"}).isdisjoint(after[1:])
    return ahead or not {"will", "away", "off", "until", "till"}.isdisjoint(after)


_VERY = one_of("ever very proper real actual")


def _changing_from(before: Sequence[str]) -> bool:
    """Whether it is what somebody changes from: `switch me from the shots to …`."""
    near = [key for key in before if key not in ("the", "these", *_HERS)]
    changed = any(key.startswith(CHANGING) or key in _GOING for key in near[-4:-1])
    if len(near) > 1 and near[-2] == "from" and near[-1] not in _NOT_YET:
        near, changed = near[:-1], any(key.startswith(CHANGING) or key in _GOING for key in near[-5:-2])
    anybody = not _PEOPLE.isdisjoint(near) or ("you" in near and _ONE.isdisjoint(near))
    return near[-1:] in (["from"], ["off"]) and changed and not anybody


_GOING = one_of("go going gone went come coming came took taken taking shift shifting shifted")
_ONE = one_of("i me my her him us mum mom dad she he patient pt")
_PEOPLE = one_of("if people patients anyone someone somebody everyone not never")


def _leading(before: Sequence[str]) -> Sequence[str]:
    """The words before a name, but for the value to which something went: `went from 80 to over 900 after …`."""
    last = next((at for at in range(len(before) - 1, 0, -1) if before[at].isdigit() and "to" in before[:at]), 0)
    return before[last:] if last and before[last + 1 : last + 2] in (["after"], ["since"], ["with"], ["on"]) else before


def _faring(before: Sequence[str]) -> Sequence[str]:
    """The words before a name, but for what denies only that it helped: `no better after four`."""
    at = next((at for at, key in enumerate(before[1:]) if key in _CHANGED and before[at] in ("no", "not")), None)
    return before if at is None else (*before[:at], *before[at + 1 :])


_CHANGED = one_of("better different change difference improvement improved improving helped")


def _helped(before: Sequence[str]) -> bool:
    """Whether somebody is said to fare in some way with it: `no better with the shots`."""
    near = [key for key in before if key not in ("the", "all", "these", *_HERS)]
    return near[-1:] in (["with"], ["w"]) and not (_HELPED | {"even"}).isdisjoint(near)


def _told_of_one(before: Sequence[str]) -> bool:
    """Whether words before a name tell something of somebody, and not what is said or feared."""
    return not _PERSONS.isdisjoint(before) and _SPEECH.isdisjoint(before)


_PERSONS = one_of("i she he me my her his him pt patient")
_SPEECH = one_of(
    """
    told tell tells mention mentions mentioned discuss discussed explain explained talk talked hear heard read know
    knows cause causes or like likes hate hates dislike dislikes mind minds allergy reason about fine ok okay am im
    choose chose chosen choosing avoid avoids self trust believe against tolerate see
    """
)


def _by_itself(before: Sequence[str], after: Sequence[str], plural: bool) -> bool:
    """Whether a name with next to nothing before it is of what somebody has: `the drug 1 mg daily`, `her shots`."""
    if plural and before and before[-1] in _HERS:
        return True
    if len(before) < 2 and not _DAILY.isdisjoint(after) and _GENERAL.isdisjoint(after):
        return True
    bare = len(before) < 3 and bool(after) and "were" not in after
    if after[:1] == ["for"] and not _time(after[1:]):
        return False  # a search: `X shots for teenagers`
    return bare and (after[0] in _RHYTHM or (plural and not _SO_FAR.isdisjoint(after[:3])))


def _time(after: Sequence[str]) -> bool:
    """Whether the words behind `for` tell how long, or of what somebody has: `for 3 years`, `for her …`."""
    return not after or after[0] in _HERS or not _HOW_LONG.isdisjoint(after[:4])


_HOW_LONG = _SPANS | one_of("years months weeks days ages ever life long now last past decades decade")
_PARTS = "comma and but stop open dash colon"
_LISTS = one_of("med meds medication medicine drug dhx dh rx tx mx treatment current repeat repeats prescription")
"""What stands over a list of what somebody takes."""


_STRANGE = 2
"""Words of another drug in a list, at most."""


def strange(sentence: Sentence, place: int) -> bool:
    """Whether the word right before a mention may make another thing of it: `tetanus shot`."""
    before = sentence.pieces[place - 1] if place else None
    return before is not None and (is_a(before, "mark name") or not before.labels) and before.key not in NEAR


def granted_by(spoken: Sequence[Token], start: int, end: int) -> bool:
    """Whether a question takes for granted what a longer phrase says: `can I fly the day after my third shot?`."""
    before = [*_clause(spoken, start), *(token.key for token in spoken[start : end - 1])]
    own = bool(before) and before[-1] in _HERS and spoken[end - 1].key not in _VESSELS
    return ("after" in before[-4:] or own) and _granted(before, spoken[end - 1].plural)


def listed(found: Sequence[Piece], place: int) -> bool:
    """Whether a mention stands in a list of what somebody is on: `on A and B`, `medication: A, B`."""
    strange = 0
    for here in range(place - 1, -1, -1):
        piece = found[here]
        if piece.key == "on" or piece.key.endswith(" on") or piece.key in ("taking", "takes"):
            before = found[max(0, here - 5) : here]
            before = before[next((at for at in range(len(before), 0, -1) if is_a(before[at - 1], _PARTS)), 0) :]
            return not any(is_a(near, "not void modal unknown doubt open until wish") for near in before)
        if "colon" in piece and here and not _LISTS.isdisjoint(found[here - 1].key.split()):
            return True
        item = is_a(piece, f"{MENTIONS} nothing bare and comma small open close") or piece.key in _AMOUNT
        strange = 0 if is_a(piece, "comma and") else strange + (not item)
        if (not item and (piece.labels or strange > _STRANGE or piece.key in _NOT_YET)) or (
            "comma" in piece and place - here > 12
        ):
            return False
    return False


def is_on(found: Sequence[Piece], place: int) -> bool:
    """Whether somebody is on it, and nothing but a rhythm or a time follows: `she is on it since May`."""
    before = place - 1
    while before >= 0 and is_a(found[before], "small") and not found[before].key.endswith(" on"):
        before -= 1
    if _helped_by(found, place):
        return True
    if before < 0 or not (found[before].key == "on" or found[before].key.endswith(" on")):
        return _on_day([word for piece in found[max(0, place - 3) : place] for word in piece.key.split()])
    after = found[place + 1] if place + 1 < len(found) else None
    if after is not None and not after.labels and after.key not in _RHYTHM | _SO_FAR | _SPANS:
        return False
    near = found[before - 1] if found[before].key == "on" and before else found[before]
    if before and is_a(found[before - 1], "not modal void unknown doubt until if"):
        return False
    opens = before == 0 and found[0].key == "on"
    opens = opens or (is_a(near, "bare number") and _moved(found[:before]))
    return opens or is_a(near, "be third i person small comma and mark dash colon use open")


def _moved(found: Sequence[Piece]) -> bool:
    """Whether a value is told to have moved: `up from 70 to 95 on X`."""
    return not _MOVED.isdisjoint(word for piece in found for word in piece.key.split())


_MOVED = one_of("up down rose risen rising improved improving fell fallen dropped come came gone went climbed from")


def _helped_by(found: Sequence[Piece], place: int) -> bool:
    """Whether somebody is said to fare in some way with it: `her memory improved with X`."""
    with_ = place - 1
    while with_ > 0 and is_a(found[with_], "small my her"):
        with_ -= 1
    helped = {word for piece in found[max(0, with_ - 5) : max(0, with_)] for word in piece.key.split()}
    if with_ < 1 or found[with_].key not in ("with", "since") or _HELPED.isdisjoint(helped):
        return False
    return not any(is_a(piece, "modal not void until if doubt") for piece in found[:with_])


def _begun(spoken: Sequence[Token], end: int) -> bool:
    """Whether it is said to have begun or ended behind its dose: `1 mg im started on 4 March`."""
    here = end
    while here < min(len(spoken), end + _FAR) and (spoken[here].kind == "number" or spoken[here].key in _AMOUNT):
        here += 1
    passive = here < len(spoken) and spoken[here].key in ("was", "were", "has", "have", "is")
    while passive and here < len(spoken) - 1 and spoken[here].key in ("was", "were", "has", "have", "is", "been"):
        here += 1
    return here < len(spoken) and spoken[here].key in (_STARTED if passive else _BEGUN)


def _on_day(before: Sequence[str]) -> bool:
    """Whether a day or dose is counted right before: `day 9 of`, `week 3`."""
    near = [key for key in before if key not in ("the", *_HERS)]
    near = near[:-1] if near[-1:] == ["of"] else near
    return len(near) > 1 and (near[-1][:1].isdigit() or near[-1] in _COUNTED) and near[-2] in _DAY


def _granted(before: Sequence[str], plural: bool) -> bool:
    """Whether a question takes it for granted: `why does it hurt since the shots?`."""
    near = before[-3:]
    if plural and before and before[-1] in _HERS and _YET_TO_BEGIN.isdisjoint(before):
        return True
    if plural and before and before[-1] in _ENDING and "should" not in before:
        return True
    if not (_NOT_YET - {"on"}).isdisjoint(near):
        return False
    if plural and before and before[-1] in _HERS:
        return True
    if not _SINCE.isdisjoint(near) or (plural and "on" in near[-2:] and near[-1] in ("on", "the", *_HERS)):
        return True
    behind = near[near.index("after") + 1 :] if "after" in near else ()
    return any(key in _HERS or key.isdigit() for key in behind)


_FELT = one_of("with by at about when after for to into rid")
"""Words that lead from what somebody gets to what makes him so: `gets upset with needles`."""


def _clause(spoken: Sequence[Token], start: int) -> list[str]:
    """The words before a place within its clause, a few at most."""
    found: list[str] = []
    for token in reversed(spoken[max(0, start - _BEFORE) : start]):
        if token.key in _BREAKS:
            break
        gets = token.key == "get" and token.plural and _FELT.isdisjoint(found)
        found.insert(0, "gets" if gets else token.key)
    return found


def _further(spoken: Sequence[Token], end: int) -> list[str]:
    """The words behind a place within its clause, a few at most."""
    keys = [token.key for token in spoken[end : end + _AFTER]]
    stop = next((place for place, key in enumerate(keys) if key in _BREAKS), len(keys))
    return keys[:stop]
