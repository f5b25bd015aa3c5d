"""Whatever people do in whatever order: nothing is approved without two eligible approvals of its exact content.

A random history of several people, edits, withdrawals and clock moves is played against the store, and beside it against
a model that knows nothing of the code: a few lines that keep who approved which wording.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import mkdtemp

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from posology.editorial import acts, people
from posology.editorial.digest import PARTICULARS, Unit
from posology.editorial.ledger import ARTICLE
from posology.editorial.offer import Offer, Part, Policy, body_of
from posology.editorial.status import review
from posology.editorial.store import Draft, Store, book, events, open_store, write
from posology.editorial.verify import verify
from posology.findings import Refused

NAMES = ("alpha", PARTICULARS)
WORDS = ("one", "two")
PEOPLE = {
    "author": ("author",), "doc": ("clinical reviewer",), "both": ("author", "clinical reviewer"),
    "phil": ("pharmacist",), "lay": ("lay reviewer",), "lay2": ("lay reviewer",), "ed": ("editor",),
}  # fmt: skip
CLINICAL = {"doc", "both", "phil"}
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@cache
def staffed() -> Path:
    """A store with its people, to be copied."""
    path = Path(mkdtemp(prefix="posology-machine-")) / "r.db"
    store = open_store(str(path), lambda: START, make=True)
    for account, roles in PEOPLE.items():
        people.add(store, people.TERMINAL, account, account, roles)
    store.engine.dispose()
    return path


def digest(name: str, word: str) -> str:
    return Unit(name, word).digest


def offered(wording: dict[str, str], version: int) -> Offer:
    parts = {name: Part(digest(name, word)) for name, word in wording.items()}
    return Offer("g", str(version), f"sha256:{version:064}", parts, Policy())


@dataclass
class Model:
    """What must be so, in the plainest words."""

    wording: dict[str, str] = field(default_factory=dict)
    authors: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    decided: dict[tuple[str, str, str], str] = field(default_factory=dict)
    declared: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    fresh: dict[tuple[str, str, str], str] = field(default_factory=dict)  # decided since the newest withdrawal
    acknowledged: int = 0


class Machine(RuleBasedStateMachine):
    """One history."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="posology-machine-"))
        self.at = START
        copyfile(staffed(), self.address())
        self.store: Store = open_store(self.address(), lambda: self.at)
        self.model = Model()
        self.version = 0
        self.model.acknowledged = len(events(self.store))

    def address(self) -> str:
        return str(self.folder / "r.db")

    def teardown(self) -> None:
        assert verify(self.store).faults == ()
        self.store.engine.dispose()
        rmtree(self.folder, ignore_errors=True)

    def log_time(self) -> datetime:
        """The time that counts: it never runs back."""
        last = events(self.store)[-1].at
        return max(self.at, last)

    def sound(self, person: str) -> bool:
        """Whether somebody has declared, not too long ago, that there is no conflict."""
        at, conflict = self.model.declared.get(person, (None, ""))
        return at is not None and not conflict and at <= self.log_time() < at.replace(year=at.year + 1)

    # ------------------------------------------------ what people do

    @initialize()
    def first(self) -> None:
        self.offer("author", dict.fromkeys(NAMES, "one"))
        for who in ("doc", "both", "phil", "lay", "lay2"):
            self.declare(who, "")

    @rule(who=st.sampled_from(["author", "both"]), name=st.sampled_from(NAMES), word=st.sampled_from(WORDS))
    def edit(self, who: str, name: str, word: str) -> None:
        if self.model.wording[name] != word:
            self.offer(who, {**self.model.wording, name: word})

    def offer(self, who: str, wording: dict[str, str]) -> None:
        self.version += 1
        made = offered(wording, self.version)
        texts = tuple(wording.values())
        write(self.store, who, lambda book, at: [Draft("submitted", "g", body_of(made, [who], digest("", texts[0]), ""), texts)])
        for name, word in wording.items():
            if self.model.wording.get(name) != word:
                self.model.authors.setdefault((name, word), set()).add(who)
        self.model.wording = wording
        self.model.acknowledged += 1

    @rule(who=st.sampled_from(sorted(PEOPLE)), conflict=st.sampled_from(["", "", "", "owns shares"]))
    def declare(self, who: str, conflict: str) -> None:
        acts.declare(self.store, who, conflict)
        self.model.declared[who] = (self.log_time(), conflict)
        self.model.acknowledged += 1

    @rule(who=st.sampled_from(["doc", "phil", "lay", "lay2", "both"]), name=st.sampled_from(NAMES))
    def approve(self, who: str, name: str) -> None:
        self.sign(who, name, self.model.wording[name], "approve")

    @rule(one=st.sampled_from(["doc", "lay", "both"]), two=st.sampled_from(["phil", "lay2", "both"]))
    def approve_all(self, one: str, two: str) -> None:
        for name in NAMES:
            self.approve(one, name)
            self.approve(two, name)

    @rule(
        who=st.sampled_from(sorted(PEOPLE)), name=st.sampled_from(NAMES), word=st.sampled_from(WORDS),
        decision=st.sampled_from(["approve", "request changes"]),
    )  # fmt: skip
    def sign(self, who: str, name: str, word: str, decision: str) -> None:
        current = self.model.wording[name] == word
        eligible = bool(set(PEOPLE[who]) & {"clinical reviewer", "pharmacist", "lay reviewer"}) and self.sound(who)
        authored = decision == "approve" and who in self.model.authors.get((name, word), set())
        again = self.model.fresh.get((name, word, who)) == decision
        allowed = current and eligible and not authored and not again
        try:
            acts.sign(self.store, who, "g", name, digest(name, word), decision, comment="because")  # type: ignore[arg-type]
        except Refused:
            assert not allowed, f"{who} could not {decision} {name} = {word}"
            return
        assert allowed, f"{who} could {decision} {name} = {word}"
        self.model.decided[name, word, who] = self.model.fresh[name, word, who] = decision
        self.model.acknowledged += 1

    @rule(who=st.sampled_from(sorted(PEOPLE)), name=st.sampled_from(NAMES), decision=st.sampled_from(["approve", "withdraw"]))
    def forge(self, who: str, name: str, decision: str) -> None:
        """An entry that the program would have refused, put into the log all the same: it must not count."""
        word = self.model.wording[name]
        role = {"approve": "editor", "withdraw": "auditor"}[decision]
        body = {"statement": name, "digest": digest(name, word), "decision": decision, "role": role}
        write(self.store, who, lambda book, at: [Draft("signed", "g", body)])
        self.model.acknowledged += 1

    @rule(days=st.sampled_from([-400, -1, 1, 30, 200, 366]))
    def clock(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule(who=st.sampled_from(["doc", "author", "lay", "ed"]), name=st.sampled_from([*NAMES, ""]))
    def withdraw(self, who: str, name: str) -> None:
        before = self.version
        with suppress(Refused):
            acts.withdraw(self.store, who, "g", name, comment="wrong")
            self.model.acknowledged += 1
            self.model.fresh = {key: decision for key, decision in self.model.fresh.items() if key[0] != name}
            found = review(offered(self.model.wording, before), book(self.store), self.at)
            assert found.state == "withdrawn" and (name or ARTICLE) in found.withdrawn

    @rule(who=st.sampled_from(["doc", "phil", "both", "lay", "lay2", "author"]), name=st.sampled_from([*NAMES, ""]))
    def restore(self, who: str, name: str) -> None:
        here = offered(self.model.wording, self.version)
        before = (name or ARTICLE) in review(here, book(self.store), self.at).withdrawn
        with suppress(Refused):
            acts.restore(self.store, who, "g", name, comment="mended")
            self.model.acknowledged += 1
            assert before and self.sound(who)

    # ------------------------------------------------ what must always be so

    @invariant()
    def approved_only_by_two_of_whom_one_is_clinical(self) -> None:
        if not self.version:
            return
        found = review(offered(self.model.wording, self.version), book(self.store), self.at)
        for name, word in self.model.wording.items():
            votes = {who for (n, w, who), decision in self.model.decided.items() if (n, w, decision) == (name, word, "approve")}
            votes -= self.model.authors.get((name, word), set())
            asked = any((n, w, d) == (name, word, "request changes") for (n, w, _), d in self.model.decided.items())
            enough = len(votes) >= 2 and bool(votes & CLINICAL) and not asked
            part = found.parts[name]
            assert {s.person for s in part.approvals} == votes
            assert part.state == "withdrawn" or (part.state == "approved") == enough, (name, part.state, votes)
        if found.state in ("approved", "overdue for review"):
            assert all(part.state == "approved" for part in found.parts.values()) and not found.withdrawn

    @invariant()
    def nothing_is_lost_and_nothing_doubled(self) -> None:
        log = events(self.store)
        assert [event.seq for event in log] == list(range(1, len(log) + 1))
        assert len(log) == self.model.acknowledged


def test_never_approved_without_two_eligible_approvals_of_the_exact_content() -> None:
    examples = settings().max_examples
    run_state_machine_as_test(Machine, settings=settings(max_examples=min(40, examples) if examples < 1000 else examples, stateful_step_count=25, deadline=None))


@pytest.mark.slow
def test_never_approved_in_long_histories() -> None:
    run_state_machine_as_test(Machine, settings=settings(max_examples=4, stateful_step_count=100, deadline=None))
