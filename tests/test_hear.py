"""Words → facts, as pairs of lines in tests/hearing: adding a test is typing two lines.

The first line is what somebody says (`>>` parts the turns of a conversation, `\n` is a line break), the second what
stands after all of it: `numbness no, platelet count 30`, or a dash for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posology.findings import Refused
from posology.hear.hear import Heard, carry, clashes, hear, listen, stood
from posology.hear.named.lexicon import Lexicon, read_lexicon
from posology.model import Guideline, Value
from posology.read.library import find, load

PAIRS = Path(__file__).parent / "hearing"


@cache
def guideline() -> Guideline:
    return load("b12-injections")


@cache
def lexicon() -> Lexicon:
    return read_lexicon(find("b12-injections"), guideline())


def pairs() -> Iterator[tuple[str, str]]:
    """Every pair of lines, in the order of the files."""
    for path in sorted(PAIRS.glob("*.txt")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and line[0] != "#"]
        yield from zip(lines[::2], lines[1::2], strict=True)


def conversation(said: str) -> list[tuple[Heard, ...]]:
    """What is heard in each turn."""
    turns: list[tuple[Heard, ...]] = []
    left = None
    for number, text in enumerate(said.replace("\\n", "\n").split(">>")):
        listened = listen(text.strip(), guideline(), lexicon(), number, stood(turns, left))
        turns.append(listened.heard)
        left = listened.left
    return turns


def meant(line: str) -> dict[str, Value]:
    """The facts of a second line."""
    return {} if line.strip() == "—" else dict(one(part.strip()) for part in line.split(","))


def one(words: str) -> tuple[str, Value]:
    """`platelet count 30` as fact and value."""
    fact = max((f for f in guideline().facts.values() if words.startswith(f.phrase + " ")), key=lambda f: len(f.phrase))
    value = words[len(fact.phrase) + 1 :]
    if fact.kind == "yes/no":
        return fact.name, {"yes": True, "no": False}[value]
    return fact.name, float(value) if fact.kind == "number" else value.replace(" ", "_")


@pytest.mark.parametrize("then", ["count fell below 20", "that count was an error", "between 10 and 20 now"])
def test_a_value_that_was_put_right_by_no_number_is_taken_back_and_the_reader_told(then: str) -> None:
    turns = [hear("platelets 120", guideline(), lexicon())]
    now = listen(then, guideline(), lexicon(), 1, stood(turns))
    assert carry([*turns, now.heard])[0] == {}
    assert [one.fact for one in now.unheard if one.why] == ["platelet_count"]


@pytest.mark.parametrize(("said", "line"), list(pairs()))
def test_words_state_the_facts_below_them_and_no_others(said: str, line: str) -> None:
    assert carry(conversation(said))[0] == meant(line)


# ---------------------------------------------------------------- whatever is said


def told(text: str) -> dict[str, Value]:
    """The facts of one question."""
    return carry([hear(text, guideline(), lexicon())])[0]


@given(st.text(max_size=400))
@example("no")
@example("numb\x00ness? ?numb 10^ 10** 5..5 1,2,3 -")
@example("x10^9/L 45 / per 1.73 (9) µ × ⁹ ½ Ⅳ")
@example("not " * 300 + "numb")
@example("no numbness, " * 200)
def test_any_text_is_listened_to_and_the_words_are_its_own(text: str) -> None:
    heard = hear(text, guideline(), lexicon(), 3)
    assert all(one.words in text and one.words and one.turn == 3 for one in heard)


@given(
    st.sampled_from([said for said, _ in pairs()]),
    st.integers(1, 60),
    st.sampled_from(["", ":", ",", " and 26:", " -", " <", " of"]),
)
@example("I am tired", 3, " and 26:")
def test_a_message_may_break_off_anywhere(said: str, words: int, last: str) -> None:
    turns = conversation(" ".join(said.split()[:words]) + last)
    assert all(one.fact in guideline().facts and one.turn == number for number, heard in enumerate(turns) for one in heard)


SPOKEN = st.lists(
    st.sampled_from(
        """no not without denies and or , . ? : - but if she he my mother has have had is are with in on the 30 45k
        platelets numb tingling weak legs gastric bypass pregnant eGFR 38 cm ileum removed B12 150 pmol/L sorry what about
        can I give it IV tablets never resolved come back possible worried forget warfarin 72 year old >> ( ) ; which dose
        """.split()
    ),
    max_size=25,
).map(" ".join)


@given(SPOKEN)
def test_every_value_heard_is_one_that_the_fact_can_have(text: str) -> None:
    for one in hear(text, guideline(), lexicon()):
        fact = guideline().facts[one.fact]
        match fact.kind:
            case "yes/no":
                assert one.value in (True, False, None)
            case "number":
                assert one.value is None or fact.low <= float(one.value) <= fact.high
            case "choice":
                assert one.value in (None, *fact.choices)


@given(SPOKEN)
def test_the_same_words_state_the_same_facts(text: str) -> None:
    assert told(text) == told("  " + text.replace(" ", "   ") + " ")


ORDINARY = """apple bicycle garden letter music Tuesday window holiday teacher river bread morning table paper coffee
    chair weather football mountain library shirt market bridge engine painting newspaper cousin-free kitchen station
    planet history lesson museum concert pencil sugar salt bottle carpet village camera""".split()


@given(st.lists(st.sampled_from(ORDINARY) | st.integers(0, 5000).map(str), max_size=15), st.sampled_from(".?!"))
def test_unrelated_words_and_numbers_state_nothing(words: list[str], stop: str) -> None:
    assert not hear(" ".join(words) + stop, guideline(), lexicon())


SYMPTOMS = ("numbness", "tingling", "pins and needles", "leg weakness", "an unsteady gait", "memory problems")
OTHERS = ("Crohn's disease", "a bleeding disorder", "chronic kidney disease", "a cobalt allergy", "malabsorption")


@pytest.mark.parametrize("thing", SYMPTOMS + OTHERS)
def test_a_denial_turns_a_yes_into_a_no(thing: str) -> None:
    bare = thing.removeprefix("an ").removeprefix("a ")
    [(fact, value)] = told(f"she has {thing}").items()
    assert value is True
    for said in ("she has no {}", "she does not have {}", "she denies {}", "{}: no", "no history of {}", "{}? No."):
        assert told(said.format(bare)) == {fact: False}, said


@pytest.mark.parametrize("thing", SYMPTOMS + OTHERS)
@pytest.mark.parametrize(
    "said",
    [
        "possible {}", "rule out {}", "is {} a sign of it?", "does she have {}?", "my brother has {}", "what is {}?",
        "I am worried about {}", "with or without {}", "not sure if he has {}", "unless there is {}", "{}?",
        "{} can be caused by many things", "she may have {}", "people with {} need care", "how common is {}?",
    ],
)  # fmt: skip
def test_what_is_doubted_asked_or_of_others_is_not_heard(thing: str, said: str) -> None:
    assert told(said.format(thing.removeprefix("an ").removeprefix("a "))) == {}


@pytest.mark.parametrize("thing", SYMPTOMS + OTHERS)
def test_a_supposition_holds_for_its_own_turn_only(thing: str) -> None:
    first = hear(f"what if she had {thing}?", guideline(), lexicon(), 0)
    assert [one.supposed for one in first] == [True]
    assert carry([first])[0] and not carry([first, ()])[0]


@given(st.sampled_from([pair for pair in pairs() if ">>" not in pair[0] and "?" not in pair[0]]))
def test_small_talk_before_and_after_changes_nothing(pair: tuple[str, str]) -> None:
    text = pair[0].replace("\\n", "\n")
    assert told(f"Good morning to all. {text}. The weather is nice today.") == told(text)


# ---------------------------------------------------------------- whole classes


@pytest.mark.parametrize(
    "said", ["gait, memory and power all normal", "intact gait, memory & power", "gait N, memory N, power N"]
)
def test_what_was_examined_and_found_well_denies_its_fact(said: str) -> None:
    assert told(said) == {"gait_disturbance": False, "cognitive_impairment": False, "motor_deficit": False}


@pytest.mark.parametrize("said", ["her gait is impaired", "balance: poor", "her balance isn't good"])
def test_what_was_examined_and_found_ill_states_its_fact(said: str) -> None:
    assert told(said) == {"gait_disturbance": True}


@pytest.mark.parametrize("said", ["my memory was fine until May", "is my memory fine?", "her memory used to be fine"])
def test_what_was_once_well_or_is_asked_about_denies_nothing(said: str) -> None:
    assert told(said).get("cognitive_impairment") is not False


@pytest.mark.parametrize(
    "said",
    [
        "no tingling, numbness, or weakness", "denies tingling, numbness and weakness", "nil tingling/numbness/weakness",
        "does not have: tingling, numbness, weakness", "-tingling -numbness -weakness", "neither tingling nor numbness nor weakness",
    ],
)  # fmt: skip
def test_one_denial_reaches_over_a_whole_list(said: str) -> None:
    assert told(said) == {"paresthesia": False, "numbness": False, "motor_deficit": False}


@pytest.mark.parametrize("said", ["no visual change", "no trouble with her eyesight", "denies any vision changes"])
def test_the_denial_of_a_looser_word_denies_and_the_word_alone_states_nothing(said: str) -> None:
    assert told(said) == {"visual_loss": False}
    assert told("she has visual changes") == {}


@pytest.mark.parametrize(
    "said",
    [
        "numb feet, now gone", "I had numb feet. Both back to normal now", "previous numb feet, currently nil",
        "numb feet at diagnosis, fully resolved", "Used to have numb feet, not any more.",
    ],
)  # fmt: skip
def test_what_is_gone_need_not_be_named_again(said: str) -> None:
    assert told(said) == {"numbness": False, "past_neurological_involvement": True}


def test_what_went_and_came_back_is_a_recurrence() -> None:
    heard = told("The tingling went away but now it has started again")
    assert (heard["paresthesia"], heard["neurological_recurrence"]) == (True, True)


@pytest.mark.parametrize(
    "said",
    [
        "platelets 19 in 2009, these days they sit around 180", "platelets were 30 on admission, 180 at discharge",
        "platelets are at 180 now, they were 33", "platelets 180, previously 33", "platelets 33 -> 180",
        "letter says platelets 12, repeat today 180", "platelets were queried at 15 but are 180",
    ],
)  # fmt: skip
def test_of_several_numbers_the_newest_stands(said: str) -> None:
    assert told(said) == {"platelet_count": 180.0}


def test_what_follows_from_a_fact_yields_to_what_is_said_outright() -> None:
    assert told("she wants to stop the injections")["b12_treatment_given"] is True
    assert (
        told("she wants to stop the injections, though none was given yet: no B12 given")["b12_treatment_given"]
        is False
    )


@pytest.mark.parametrize("said", ["CKD - entered in error", "CKD coded in error", "tested for CKD and it's negative"])
def test_an_entry_made_in_error_is_denied(said: str) -> None:
    assert told(said) == {"chronic_kidney_disease": False}


@pytest.mark.parametrize("said", ["no family history of Leber's", "There is no FHx of LHON", "My dog has Crohn's"])
def test_what_no_relative_has_and_what_a_pet_has_is_not_heard(said: str) -> None:
    assert told(said) == {}


def test_what_a_relative_has_and_the_speaker_has_not_is_denied() -> None:
    assert told("My sister had numb feet. I've had none of that.") == {"numbness": False}


@pytest.mark.parametrize(
    "said",
    [
        "12-weekly hydroxocobalamin", "lady on apixaban and hydroxocobalamin", "DH: hydroxocobalamin, apixaban",
        "day 9 of hydroxocobalamin", "hydroxocobalamin 1 mg IM started on 4 March",
    ],
)  # fmt: skip
def test_treatment_is_heard_by_its_rhythm_its_list_its_day_or_its_start(said: str) -> None:
    heard = told(said)
    assert (heard["b12_treatment_given"], heard["formulation"]) == (True, "hydroxocobalamin")


@pytest.mark.parametrize(
    "said", ["needs 12-weekly hydroxocobalamin", "not on B12", "should she have B12 jabs?", "guideline on B12"]
)
def test_treatment_to_come_or_asked_about_is_not_heard_as_given(said: str) -> None:
    assert "b12_treatment_given" not in told(said) or told(said)["b12_treatment_given"] is False


# ---------------------------------------------------------------- the ledger


def test_what_contradicts_itself_is_shown_and_not_taken() -> None:
    heard = hear("platelets 30 and platelets 300", guideline(), lexicon())
    assert [(one.value, other.value) for one, other in clashes(heard)] == [(30.0, 300.0)]
    assert carry([hear("platelets 80", guideline(), lexicon()), heard])[0] == {}


def test_what_stands_is_shown_with_its_turn_and_words() -> None:
    turns = conversation("platelets 30 and numb feet >> sorry, platelets 45 >> forget the numbness")
    assert [(one.fact, one.words, one.turn) for one in carry(turns)[1]] == [("platelet_count", "platelets 45", 1)]


def test_a_correction_shows_the_word_as_it_was_typed() -> None:
    [one] = hear("she has numbenss", guideline(), lexicon())
    assert (one.words, one.corrected) == ("numbenss", "numbenss")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("platelets -5", "-5"),
        ("platelets 5 million", "5000000"),
        ("platelets <50", "limit"),
        ("length of ileal resection is 30", "unit"),
    ],
)
def test_a_number_that_cannot_be_taken_says_why(said: str, why: str) -> None:
    [one] = listen(said, guideline(), lexicon()).unheard
    assert why in one.why


# ---------------------------------------------------------------- the lexicon


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ("## said\n\n| fact | value | words |\n|---|---|---|\n| nmbness | | numb |\n", "not a fact"),
        ("## said\n\n| fact | value | words |\n|---|---|---|\n| numbness | maybe | numb |\n", "no value"),
        ("## also\n\n| fact | value | states also |\n|---|---|---|\n| numbness | maybe | paresthesia |\n", "no value"),
        ("## said\n\n| fact | value | words |\n|---|---|---|\n| numbness | | numb <limb> |\n", "no group"),
        ("## said\n\n| fact | value | words |\n|---|---|---|\n| numbness | | |\n", "no words"),
        ("## said\n\n| fact | value | words |\n|---|---|---|\n| numbness | | (very) |\n", "word of its own"),
        ("## said\n\n| fact | value | words |\n|---|---|---|\n| numbness | | a (b (c)) |\n", "brackets"),
        (
            "## said\n\n| fact | value | words |\n|---|---|---|\n| numbness | | is it (numb) |\n",
            "may shrink to 'is it'",
        ),
        ("## said\n\n| fact | value | words |\n|---|---|---|\n| numbness | | feeling (has gone) |\n", "may shrink"),
        ("## groups\n\n| group | words |\n|---|---|\n| limb | leg |\n| limb | arm |\n", "there is a group 'limb' already"),
        ("## counted\n\n| fact | called | bare |\n|---|---|---|\n| egfr | egfr | ten |\n", "cannot be read"),
        ("## heard as\n\n| fact | past |\n|---|---|\n| numbness | perhaps |\n", "neither"),
    ],
)
def test_a_fault_in_a_lexicon_is_found(tmp_path: Path, table: str, what: str) -> None:
    (tmp_path / "lexicon.md").write_text(table, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_lexicon(tmp_path, guideline())
    [finding] = refused.value.findings
    assert what in finding.what
    assert finding.place.startswith(f"lexicon.md:{5 + table.count('| limb | arm')}")


def test_a_guideline_without_a_lexicon_is_heard_by_its_own_phrases(tmp_path: Path) -> None:
    bare = read_lexicon(tmp_path, guideline())
    assert carry([hear("she has no gait disturbance", guideline(), bare)])[0] == {"gait_disturbance": False}


def test_every_phrase_and_other_name_of_the_guideline_is_known() -> None:
    for fact in guideline().facts.values():
        if fact.kind == "yes/no" and fact.name not in ("stop_requested", "folic_acid_planned"):
            assert told(f"there is {fact.phrase}, she is 40").get(fact.name) in (True, None), fact.phrase
