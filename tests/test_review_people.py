"""Accounts, passwords, sessions and links: what gives a right stands in the log, and it ends when it is taken away."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from editorial import ID, TEXTS, Clock, approve_all, edited, offer, staffed, status, submit
from posology.editorial import acts, people, sessions
from posology.editorial.inbox import inbox
from posology.editorial.ledger import ROLES
from posology.editorial.store import Store, book, events, open_store
from posology.editorial.verify import verify
from posology.findings import Refused
from posology.read.guideline import read_texts

GOOD = "four lanterns under water"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Store:
    return staffed(str(tmp_path / "r.db"), clock)


def signed_up(store: Store, account: str = "doc", password: str = GOOD) -> None:
    people.set_password(store, people.link(store, "root", account), password)


def test_the_first_administrator_comes_by_a_link_that_works_once(tmp_path: Path, clock: Clock) -> None:
    store = open_store(str(tmp_path / "new.db"), clock, make=True)
    token = people.first_administrator(store)
    assert token and people.first_administrator(store) is None
    assert people.set_password(store, token, GOOD) == "administrator"
    with pytest.raises(Refused, match="used"):
        people.set_password(store, token, GOOD)
    session = people.sign_in(store, "administrator", GOOD)
    assert people.person_of(store, session).roles == ("administrator",)  # type: ignore[union-attr]


def test_no_password_and_no_token_is_in_the_store_or_its_log(store: Store, tmp_path: Path) -> None:
    token = people.link(store, "root", "doc")
    people.set_password(store, token, GOOD)
    session = people.sign_in(store, "doc", GOOD)
    store.engine.dispose()
    content = b"".join(path.read_bytes() for path in tmp_path.glob("r.db*"))
    assert not any(secret.encode() in content for secret in (token, session, GOOD))
    assert b"$argon2id$v=19$m=65536,t=3,p=4$" in content
    assert verify(store).faults == ()


def test_wrong_account_and_wrong_password_are_told_alike_and_limited(store: Store, clock: Clock) -> None:
    signed_up(store)
    said = set()
    for account, password in (("doc", "wrong password here"), ("nobody", GOOD), ("phil", GOOD)):
        with pytest.raises(Refused) as caught:
            people.sign_in(store, account, password, "10.0.0.1")
        said.add(str(caught.value))
    assert len(said) == 1
    for _ in range(people.ATTEMPTS - 1):
        with pytest.raises(Refused):
            people.sign_in(store, "doc", "wrong password here")
    with pytest.raises(Refused, match="too many"):
        people.sign_in(store, "doc", GOOD)
    clock.at += timedelta(minutes=16)
    assert people.sign_in(store, "doc", GOOD)


def test_many_attempts_from_one_place_are_limited_whatever_the_account(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "right", lambda password, kept: (False, None))
    for number in range(people.ATTEMPTS_FROM_ONE_PLACE):
        with pytest.raises(Refused, match="not right"):
            people.sign_in(store, f"guess{number}", GOOD, "10.0.0.2")
    with pytest.raises(Refused, match="too many"):
        people.sign_in(store, "another", GOOD, "10.0.0.2")


def test_a_session_ends_by_signing_out_by_idling_by_age_and_by_a_lock(store: Store, clock: Clock) -> None:
    signed_up(store)
    one, two, three, four = (people.sign_in(store, "doc", GOOD) for _ in range(4))
    sessions.sign_out(store, one)
    assert people.person_of(store, one) is None and people.person_of(store, two)
    for _ in range(13):
        clock.at += timedelta(minutes=59)
        people.person_of(store, three)
    assert people.person_of(store, two) is None  # idle
    assert people.person_of(store, three) is None  # 12 hours are over
    five = people.sign_in(store, "doc", GOOD)
    people.lock(store, "root", "doc")
    assert people.person_of(store, five) is None and people.person_of(store, four) is None
    with pytest.raises(Refused):
        people.sign_in(store, "doc", GOOD)


def test_a_changed_role_holds_at_once_in_every_session(store: Store) -> None:
    signed_up(store)
    session = people.sign_in(store, "doc", GOOD)
    people.change_roles(store, "root", "doc", ["auditor"])
    assert people.person_of(store, session).roles == ("auditor",)  # type: ignore[union-attr]
    submit(store)
    with pytest.raises(Refused, match="has not the role"):
        acts.sign(store, "doc", ID, "allergy", offer().parts["allergy"].digest, "approve", role="clinical reviewer")


def test_a_password_that_was_put_into_the_database_lets_nobody_in(store: Store) -> None:
    signed_up(store)
    signed_up(store, "phil", "another long sentence")
    with store.engine.connect() as connection:
        connection.execute(text("UPDATE credential SET password = (SELECT password FROM credential WHERE account = 'phil') WHERE account = 'doc'"))
        connection.commit()
    with pytest.raises(Refused):
        people.sign_in(store, "doc", "another long sentence")
    assert any("password of doc" in fault for fault in verify(store).faults)


@pytest.mark.parametrize("password", ["short", "x" * 20, "x" * 300, "my password is long", "doc doc doc dora", "123456781234"])
def test_a_password_that_is_easy_to_guess_is_refused(store: Store, password: str) -> None:
    token = people.link(store, "root", "doc")
    if password.startswith("doc"):
        people.add(store, "root", "doc doc".replace(" ", "."), "D", ["auditor"])
        token, password = people.link(store, "root", "doc.doc"), "x-doc.doc-123"
    with pytest.raises(Refused, match="the password"):
        people.set_password(store, token, password)
    assert people.link_account(store, token)  # the link is still good


def test_a_link_ends_after_a_day_and_with_the_next_one(store: Store, clock: Clock) -> None:
    first, second = people.link(store, "root", "doc"), people.link(store, "root", "doc")
    assert people.link_account(store, first) is None and people.link_account(store, second) == "doc"
    clock.at += timedelta(hours=25)
    assert people.link_account(store, second) is None


@pytest.mark.parametrize("account", ["", "A", "two words", "-x", "x" * 65, "terminal", "x/y", "é"])
def test_an_account_that_cannot_stand_in_an_address_is_refused(store: Store, account: str) -> None:
    with pytest.raises(Refused):
        people.add(store, "root", account, "Name", ["author"])


@pytest.mark.parametrize("name", ["李小龍", "Ольга", "أحمد", "नेहा", "O’Brien-Müller", "ក្រសួង", "👩‍⚕️ Kim"])
def test_a_name_may_be_in_any_script(store: Store, name: str) -> None:
    people.add(store, "root", "new", name, ["author"])
    assert book(store).people["new"].name == name


@pytest.mark.parametrize("name", ["", " ", "a\x00b", "a\u202eb", "x" * 201])
def test_a_name_that_nobody_could_read_is_refused(store: Store, name: str) -> None:
    with pytest.raises(Refused):
        people.add(store, "root", "new", name, ["author"])


@pytest.mark.parametrize("role", ROLES)
def test_only_an_administrator_looks_after_accounts(store: Store, role: str) -> None:
    people.add(store, "root", "x", "X", [role])
    if role == "administrator":
        people.add(store, "x", "y", "Y", ["author"])
        return
    for deed in (lambda: people.add(store, "x", "y", "Y", ["author"]), lambda: people.link(store, "x", "doc"),
                 lambda: people.lock(store, "x", "doc"), lambda: people.change_roles(store, "x", "x", ["administrator"])):  # fmt: skip
        with pytest.raises(Refused, match="Only an administrator"):
            deed()


def test_an_administrator_has_no_other_rights_and_nobody_gives_themselves_a_role(store: Store) -> None:
    with pytest.raises(Refused, match="no clinical"):
        people.add(store, "root", "x", "X", ["administrator", "pharmacist"])
    with pytest.raises(Refused, match="themselves"):
        people.change_roles(store, "root", "root", ["pharmacist"])
    with pytest.raises(Refused, match="last administrator"):
        people.lock(store, "root", "root")


# ---------------------------------------------------------------- what each role may not do

DEEDS = {
    "submit": lambda s, who: submit(s, edited(TEXTS, "for 3 days", "for three days"), who),
    "assign": lambda s, who: acts.assign(s, who, ID, "lay"),
    "remind": lambda s, who: acts.remind(s, who, ID, "lay"),
    "approve": lambda s, who: acts.sign(s, who, ID, "allergy", offer().parts["allergy"].digest, "approve"),
    "request changes": lambda s, who: acts.sign(s, who, ID, "allergy", offer().parts["allergy"].digest, "request changes", comment="x"),
    "withdraw": lambda s, who: acts.withdraw(s, who, ID, "allergy", comment="x"),
    "comment": lambda s, who: acts.comment(s, who, ID, "allergy", "x"),
    "withdraw a source": lambda s, who: acts.withdraw_source(s, who, ID, "label", "x"),
}  # fmt: skip
MAY = {
    "author": {"submit", "withdraw", "comment"},
    "clinical reviewer": {"approve", "request changes", "withdraw", "comment", "withdraw a source"},
    "pharmacist": {"approve", "request changes", "withdraw", "comment", "withdraw a source"},
    "lay reviewer": {"approve", "request changes", "comment", "withdraw a source"},
    "editor": {"submit", "assign", "remind", "withdraw", "comment", "withdraw a source"},
    "publisher": {"withdraw", "comment"},
    "auditor": set(),
    "administrator": set(),
    "practice": set(),
}


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_do_what_is_its_own_and_nothing_else(store: Store, role: str) -> None:
    people.add(store, "root", "x", "X", [role])
    acts.declare(store, "x")
    submit(store)
    may = set()
    for name, deed in DEEDS.items():
        before = len(events(store))
        try:
            deed(store, "x")
            may.add(name)
        except Refused:
            assert len(events(store)) == before
    assert may == MAY[role]


# ---------------------------------------------------------------- conflicts, sources, time


def test_without_a_declaration_or_with_a_conflict_nobody_signs_and_readers_see_the_conflict(store: Store, clock: Clock) -> None:
    submit(store)
    acts.declare(store, "doc", "paid by the maker", ID)
    with pytest.raises(Refused, match="conflict"):
        approve_all(store, "doc")
    assert acts.comment(store, "doc", ID, "allergy", "I would word it otherwise")
    assert book(store).comments[ID][0].conflict == "paid by the maker"
    assert status(store).conflicts == (("doc", "paid by the maker"),)
    clock.at += timedelta(days=366)
    with pytest.raises(Refused, match="declaration"):
        approve_all(store, "phil")


def test_a_dangling_or_withdrawn_source_needs_a_reason_that_readers_see(store: Store) -> None:
    texts = {**TEXTS, "references.md": TEXTS["references.md"].replace("listed", "dangling", 1).replace("reconstructed", "dangling", 1)}
    guideline = read_texts(texts)
    submit(store, texts)
    held = next(name for name, part in offer(texts).parts.items() if part.open)
    digest, key = offer(texts).parts[held].digest, offer(texts).parts[held].open[0]
    with pytest.raises(Refused, match=f"citation {key}"):
        acts.sign(store, "doc", ID, held, digest, "approve")
    with pytest.raises(Refused, match=f"citation {key}"):
        acts.sign(store, "doc", ID, held, digest, "approve", acknowledged={key: "  "})
    reasons = dict.fromkeys(offer(texts).parts[held].open, "seen at a library")
    acts.sign(store, "doc", ID, held, digest, "approve", acknowledged=reasons)
    assert status(store, guideline).parts[held].approvals[0].acknowledged == reasons


def test_when_a_source_is_withdrawn_what_rests_on_it_is_no_longer_approved_until_somebody_says_why(store: Store) -> None:
    submit(store)
    for who in ("doc", "phil"):
        acts.sign_all(store, who, ID, {n: p.digest for n, p in offer().parts.items()}, "approve")
    assert status(store).state == "approved"
    acts.withdraw_source(store, "ed", ID, "label", "taken off its site")
    resting = {name for name, part in offer().parts.items() if "label" in part.cites}
    assert resting == {name for name, part in status(store).parts.items() if part.state != "approved"}
    for who in ("doc", "phil"):
        acts.sign_all(store, who, ID, {n: offer().parts[n].digest for n in resting}, "approve", acknowledged={"label": "a copy was kept"})
    assert status(store).state == "approved"


def test_withdrawn_by_one_at_once_and_restored_by_two(store: Store) -> None:
    submit(store)
    approve_all(store, "doc", "phil")
    acts.withdraw(store, "pub", ID, "allergy", comment="a report")
    assert status(store).state == "withdrawn" and status(store).withdrawn == ("allergy",)
    acts.restore(store, "lay", ID, "allergy", comment="looked into it")
    assert status(store).state == "withdrawn"
    with pytest.raises(Refused):
        acts.restore(store, "pub", ID, "allergy", comment="mine")  # a publisher has no clinical say
    acts.restore(store, "phil", ID, "allergy", comment="looked into it too")
    assert status(store).state == "approved"


def test_a_changed_comma_does_not_bring_back_what_was_withdrawn(store: Store) -> None:
    submit(store)
    approve_all(store, "doc", "phil")
    acts.withdraw(store, "doc", ID, "allergy", comment="wrong")
    texts = edited(TEXTS, "to a patient who is allergic to it.", "to patients who are allergic to it.")
    submit(store, texts)
    guideline = read_texts(texts)
    assert status(store, guideline).parts["allergy"].state == "withdrawn"
    approve_all(store, "doc", "phil", texts=texts)
    assert status(store, guideline).state == "approved"
    assert status(store).state in ("withdrawn", "superseded")  # the old wording stays withdrawn


def test_time_makes_a_review_overdue(store: Store, clock: Clock) -> None:
    submit(store)
    approve_all(store, "doc", "phil")
    clock.at = clock.at.replace(year=2027)
    assert status(store).state == "overdue for review" and status(store).overdue


def test_a_newer_approved_version_supersedes(store: Store) -> None:
    submit(store)
    approve_all(store, "doc", "phil")
    texts = edited(edited(TEXTS, "version: 0.0.1", "version: 0.0.2"), "Take only one medicine", "Take just one medicine")
    submit(store, texts)
    assert status(store).state == "approved"
    approve_all(store, "doc", "phil", texts=texts)
    assert status(store).state == "superseded" and status(store).superseded_by == "0.0.2"


def test_an_author_cannot_approve_their_change_even_by_taking_it_back(store: Store) -> None:
    submit(store, actor="ada")
    texts = edited(TEXTS, "Take only one medicine", "Take just one medicine")
    submit(store, texts, "ada", ("both",))
    with pytest.raises(Refused, match="author"):
        acts.sign(store, "both", ID, "no-second-product", offer(texts).parts["no-second-product"].digest, "approve")
    submit(store, TEXTS, "both")
    with pytest.raises(Refused, match="author"):
        acts.sign(store, "both", ID, "no-second-product", offer().parts["no-second-product"].digest, "approve")


def test_the_inbox_holds_what_waits_and_nothing_that_is_done(store: Store) -> None:
    submit(store)
    acts.assign(store, "ed", ID, "doc", ["allergy"])
    waiting = inbox("doc", book(store), store.clock())
    assert waiting[0].statement == "allergy" and len(waiting) == len(offer().parts)
    approve_all(store, "doc")
    assert inbox("doc", book(store), store.clock()) == []
    acts.sign(store, "phil", ID, "allergy", offer().parts["allergy"].digest, "request changes", comment="why?")
    assert [item.why for item in inbox("ada", book(store), store.clock())] == ["phil asked for changes"]


def test_a_form_that_is_sent_twice_signs_once(store: Store) -> None:
    submit(store)
    acts.sign(store, "doc", ID, "allergy", offer().parts["allergy"].digest, "approve")
    with pytest.raises(Refused, match="already"):
        acts.sign(store, "doc", ID, "allergy", offer().parts["allergy"].digest, "approve")


def test_nobody_signs_what_changed_while_they_were_reading(store: Store) -> None:
    submit(store)
    read = offer().parts["no-second-product"].digest
    submit(store, edited(TEXTS, "Take only one medicine", "Take just one medicine"))
    with pytest.raises(Refused, match="has changed since"):
        acts.sign(store, "doc", ID, "no-second-product", read, "approve")
