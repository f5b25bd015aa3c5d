"""Nobody fakes a review by editing the database: what was not written with the key is found, and counts for nothing.

The attacker of these tests can do all that SQL can: take the triggers away, write entries that chain perfectly, change,
swap and cut off others, and mend the noted head. They have not the key, which is not in the database.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text, update

from editorial import ID, TEAM, Clock, cluster, new_database, offer, staffed, status, submit
from posology.editorial import acts, people
from posology.editorial.backup import backup, restore_backup
from posology.editorial.chain import Row, first_broken, hash_of, moment, next_row
from posology.editorial.digest import digest_of
from posology.editorial.keyfile import FILE, INLINE, Place, read_key
from posology.editorial.rekey import change_key
from posology.editorial.seal import key_from, new_key, sealed, sealing
from posology.editorial.store import Store, book, events, open_store, rows
from posology.editorial.tables import CONTENT, EVENT, HEAD, LINK
from posology.editorial.verify import export, head_of, verify, verify_lines
from posology.findings import Refused

NUMBERS = count()
PART = "no-second-product"
ON_BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with cluster() as found:
        yield found


@pytest.fixture(autouse=True)
def _own_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keys lie where they lie when nobody says anything."""
    monkeypatch.delenv(INLINE)
    monkeypatch.delenv(FILE, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture(params=ON_BOTH)
def name(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "review.db")
    return new_database(request.getfixturevalue("server"), f"seal{next(NUMBERS)}")


@pytest.fixture
def store(name: str) -> Iterator[Store]:
    """A review in which one person of two has approved a statement."""
    found = staffed(name)
    submit(found)
    acts.sign(found, "doc", ID, PART, offer().parts[PART].digest, "approve")
    yield found
    found.engine.dispose()


def again(store: Store) -> Store:
    """The same store, as a program that has just been started opens it."""
    return open_store(store.engine.url.render_as_string(hide_password=False), store.clock)


def without_guards(connection: Connection) -> Callable[[], None]:
    """Takes every trigger away; what is returned puts them back."""
    if connection.dialect.name == "sqlite":
        made = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        off, on = [f"DROP TRIGGER {row.name}" for row in made], [row.sql for row in made]
    else:
        names = [(t, f"{t}_keeps_{deed}") for t in ("event", "content") for deed in ("update", "delete", "truncate")]
        off = [f"ALTER TABLE {table} DISABLE TRIGGER {one}" for table, one in names]
        on = [f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {one}" for table, one in names]
    for line in off:
        connection.execute(text(line))
    return lambda: [connection.execute(text(line)) for line in on] and None


def rewritten(store: Store, change: Callable[[list[Row]], list[Row]], reseal: Callable[[Row], Row] | None = None) -> None:
    """The log replaced by another one, in which every hash is right, with the noted head and the guards as they were."""
    with store.engine.connect().execution_options(writing=True) as connection:
        guards_back = without_guards(connection)
        changed = change(list(rows(connection)))
        chained: list[Row] = []
        for number, row in enumerate(changed, 1):
            prev = chained[-1].hash if chained else "sha256:" + "0" * 64
            hashed = hash_of(number, prev, row.at, row.actor, row.kind, row.subject, row.body)
            made = row._replace(seq=number, prev=prev, hash=hashed)
            chained.append(reseal(made) if reseal else made)
        assert first_broken(chained) is None
        connection.execute(EVENT.delete())
        for row in chained:
            connection.execute(insert(EVENT).values(row._asdict()))
        connection.execute(update(HEAD).values(seq=chained[-1].seq, hash=chained[-1].hash))
        guards_back()
        connection.commit()


def forged(listed: list[Row], seal: str | None = None) -> list[Row]:
    """The log with one more entry that nobody wrote: the second approval of a statement."""
    body = {"statement": PART, "digest": offer().parts[PART].digest, "decision": "approve", "role": "pharmacist", "comment": "", "acknowledged": {}}
    made = next_row(len(listed) + 1, listed[-1].hash, moment(listed[-1].at), "phil", "signed", ID, body)
    return [*listed, made._replace(seal=seal)]


def middle(listed: list[Row]) -> int:
    return len(listed) // 2


ATTACKS: dict[str, Callable[[list[Row]], list[Row]]] = {
    "an entry is added at the end": forged,
    "an entry is added with the seal of another": lambda log: forged(log, log[-1].seal),
    "an entry is added in the middle": lambda log: [*log[: middle(log)], forged(log)[-1], *log[middle(log) :]],
    "a name is changed": lambda log: [row._replace(actor="phil") if row.kind == "signed" else row for row in log],
    "a decision is changed": lambda log: [row._replace(body=row.body.replace('"approve"', '"request changes"')) for row in log],
    "an account gets another role": lambda log: [row._replace(body=row.body.replace('["lay reviewer"]', '["pharmacist"]')) for row in log],
    "an entry is taken out": lambda log: [*log[: middle(log)], *log[middle(log) + 1 :]],
    "two entries are swapped": lambda log: [*log[:3], log[4], log[3], *log[5:]],
    "the last two are swapped": lambda log: [*log[:-2], log[-1], log[-2]],
    "the end is cut off": lambda log: log[:-1],
    "all seals are taken off": lambda log: [row._replace(seal=None) for row in log],
    "everything is written anew": lambda log: [row._replace(at="2026-03-02T10:00:00.000000Z") for row in log],
}


@pytest.mark.parametrize("what", ATTACKS)
def test_what_is_written_without_the_key_is_found_and_counts_for_nothing(store: Store, what: str) -> None:
    assert len(status(store).parts[PART].approvals) == 1
    before = verify(store)
    assert before.faults == ()
    rewritten(store, ATTACKS[what])
    assert verify(store).faults, what
    for reader in (store, again(store)):
        if what == "all seals are taken off" and reader is store:
            continue  # it goes by what it has read and believed, of which nothing has changed
        with pytest.raises(Refused, match=r"not (what was written|sealed)"):
            book(reader)
        with pytest.raises(Refused):
            acts.declare(reader, "phil")
    with store.engine.connect() as connection:
        assert len(list(rows(connection))) - before.entries in (-1, 0, 1)  # nothing was written on top of it


def test_the_entry_that_was_slipped_in_is_named(store: Store) -> None:
    rewritten(store, forged)
    number = verify(store).entries
    assert any(fault == f"entry {number}: it is not sealed: something else than this program wrote it" for fault in verify(store).faults)


def test_a_log_that_somebody_seals_with_a_key_of_their_own_is_not_believed(store: Store) -> None:
    other = new_key()
    rewritten(store, lambda log: [row._replace(seal=None) for row in forged(log)], lambda row: sealed(row, other))
    assert any("not the key that is trusted" in fault for fault in verify(store).faults)
    with pytest.raises(Refused, match="not what was written"):
        book(again(store))
    with pytest.raises(Refused, match=r"not what was written|did not write|is not here"):
        change_key(again(store), "replaced")


def test_a_key_that_takes_over_without_being_asked_is_not_believed(store: Store) -> None:
    """What `--lost` writes, written by somebody who has only the database."""
    other, ours = new_key(), verify(store).key

    def change(log: list[Row]) -> list[Row]:
        body = {"from": ours, "to": other.public, "why": "lost", "handover": ""}
        return [*log, next_row(len(log) + 1, log[-1].hash, moment(log[-1].at), "terminal", "key changed", "", body)]

    rewritten(store, change, lambda row: sealed(row, other) if row.kind == "key changed" else row)
    assert any("not the key that is trusted" in fault for fault in verify(store).faults)
    with pytest.raises(Refused, match="not sealed with the key"):
        book(again(store))
    with pytest.raises(Refused):
        change_key(again(store), "lost", lost=True)


def test_an_older_state_that_is_put_back_is_found_by_the_head_beside_the_key(store: Store) -> None:
    """Its seals are all ours: only what was seen outside the database tells that it is not all."""
    noted = head_of(verify(store).head)
    rewritten(store, lambda log: log[:-3])
    assert any("which this machine has seen" in fault for fault in verify(store).faults)
    with pytest.raises(Refused, match="which this machine has seen"):
        book(again(store))
    store.place.path.with_name(f"{store.place.path.name}.head").unlink()
    assert verify(store, noted).faults  # a head in the minutes of a meeting does the same


def test_a_running_program_notices_that_the_end_was_cut_off(store: Store) -> None:
    book(store)
    rewritten(store, lambda log: log[:-2])
    with pytest.raises(Refused, match="is no longer"):
        acts.declare(store, "doc")


def test_every_cell_of_every_row_is_bound(store: Store) -> None:
    with store.engine.connect() as connection:
        listed = list(rows(connection))
    for field in ("prev", "at", "actor", "kind", "subject", "body", "hash", "seal"):
        for row in listed:
            changed = [one._replace(**{field: "ed25519:x"}) if one is row else one for one in listed]
            assert first_broken(changed) or sealing(changed).broken, (field, row.seq)


def test_another_text_under_a_digest_is_not_shown(store: Store) -> None:
    from posology.editorial.store import content

    files = book(store).offers[ID][-1].files
    with store.engine.connect().execution_options(writing=True) as connection:
        guards_back = without_guards(connection)
        connection.execute(update(CONTENT).where(CONTENT.c.digest == files).values(text="{}"))
        guards_back()
        connection.commit()
    assert verify(store).faults
    with pytest.raises(Refused, match="not what it was"):
        content(store, files)


def test_a_link_that_was_put_into_the_database_sets_nobodys_password(store: Store) -> None:
    with store.engine.connect().execution_options(writing=True) as connection:
        connection.execute(insert(LINK).values(token=digest_of("mine"), account="phil", expires="2030-01-01T00:00:00.000000Z"))
        connection.commit()
    assert people.link_account(store, "mine") is None
    with pytest.raises(Refused, match="time is over"):
        people.set_password(store, "mine", "four lanterns under water")
    assert any("link of phil" in fault for fault in verify(store).faults)


def test_a_link_that_was_used_and_a_session_that_ended_do_not_come_back(store: Store) -> None:
    token = people.link(store, "root", "phil")
    with store.engine.connect() as connection:
        kept = connection.execute(select(LINK)).one()
    people.set_password(store, token, "four lanterns under water")
    session = people.sign_in(store, "phil", "four lanterns under water")
    assert people.person_of(store, session)
    with store.engine.connect() as connection:
        sessions = connection.execute(text("SELECT * FROM session")).all()
    people.set_password(store, people.link(store, "root", "phil"), "five lanterns under water")
    with store.engine.connect().execution_options(writing=True) as connection:
        connection.execute(insert(LINK).values(**{**kept._asdict(), "expires": "2030-01-01T00:00:00.000000Z"}))
        for row in sessions:
            connection.execute(text("INSERT INTO session (token, account, made, seen) VALUES (:token, :account, :made, :seen)"), row._asdict())
        connection.commit()
    assert people.link_account(store, token) is None and people.person_of(store, session) is None


# ---------------------------------------------------------------- the key


def test_the_key_is_a_file_that_only_its_owner_reads_and_no_part_of_the_store(store: Store) -> None:
    key = read_key(store.place)
    assert key and store.place.path.stat().st_mode & 0o777 == 0o600
    secret = key.private.partition(":")[2]
    assert secret not in "\n".join(export(store)) and secret.encode() not in backup(store) and secret not in repr(store)
    with store.engine.connect() as connection:
        every = [str(row) for table in EVENT.metadata.sorted_tables for row in connection.execute(select(table))]
    assert every and not any(secret in row for row in every)
    store.place.path.chmod(0o644)
    assert any("others may read the key" in fault for fault in verify(store).faults)


def test_without_its_key_a_store_says_where_it_is_looked_for(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere.key"
    shutil.move(store.place.path, elsewhere)
    with pytest.raises(Refused, match="The key that seals the log is not here"):
        book(again(store))
    assert any("is not here" in fault for fault in verify(again(store)).faults)
    monkeypatch.setenv(FILE, str(elsewhere))
    assert status(again(store)).parts[PART].approvals
    key = read_key(Place(elsewhere))
    assert key
    monkeypatch.delenv(FILE)
    monkeypatch.setenv(INLINE, key.private)
    acts.declare(again(store), "phil")
    assert verify(again(store)).faults == ()


def test_with_the_public_half_one_may_read_and_not_write(store: Store) -> None:
    key = read_key(store.place)
    assert key
    store.place.path.write_text(f"public: {key.public}\n", encoding="utf-8")
    reader = again(store)
    assert status(reader).parts[PART].approvals and verify(reader).faults == ()
    with pytest.raises(Refused, match="may read only"):
        acts.declare(reader, "phil")


@pytest.mark.parametrize("words", ["", "private: x\n", "public: ed25519:short\n", "private: ed25519:ö\n"])
def test_a_file_that_holds_no_key_is_refused(store: Store, words: str) -> None:
    store.place.path.write_text(words, encoding="utf-8")
    with pytest.raises(Refused, match="it holds no key"):
        again(store)


def test_a_new_key_takes_over_and_what_was_sealed_before_still_holds(store: Store) -> None:
    first = verify(store).key
    running = again(store)
    book(running)
    change_key(store, "replaced")
    acts.declare(store, "phil")
    found = verify(store)
    assert (found.faults, found.remarks) == ((), ()) and found.key != first
    acts.declare(running, "doc")  # a server that was running all the while
    assert verify(again(store)).faults == ()
    assert verify_lines(export(store), None, found.key).faults == ()
    assert verify_lines(export(store), None, first).faults
    assert read_key(store.place) == running.seen.key


def test_a_program_that_dies_while_a_key_takes_over_loses_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posology.editorial.rekey.take", lambda place: None)  # died before the file was moved
    change_key(store, "replaced")
    assert status(again(store)).parts[PART].approvals
    assert verify(again(store)).faults == ()


def test_a_lost_key_is_replaced_and_readers_are_told(store: Store) -> None:
    store.place.path.unlink()
    bereft = again(store)
    change_key(bereft, "lost", lost=True)
    acts.declare(bereft, "phil")
    found = verify(bereft)
    assert found.faults == ()
    (remark,) = found.remarks
    assert "without the one before it" in remark and "noted elsewhere" in remark
    assert status(again(store)).parts[PART].approvals


def test_a_key_that_is_here_is_not_lost(store: Store) -> None:
    with pytest.raises(Refused, match="is not lost"):
        change_key(store, "lost", lost=True)


def test_a_backup_is_restored_where_the_key_is_another_and_says_so(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "backup.jsonl"
    file.write_bytes(backup(store))
    restored = restore_backup(file, str(tmp_path / "other.db"), store.clock)
    found = verify(restored)
    assert found.faults == () and "restored from a backup" in found.remarks[0]
    assert status(restored).parts[PART].approvals
    bent = tmp_path / "bent.jsonl"
    bent.write_text("".join(f"{line}\n" for line in file.read_text(encoding="utf-8").splitlines() if '"declared"' not in line), encoding="utf-8")
    with pytest.raises(Refused):
        restore_backup(bent, str(tmp_path / "third.db"), store.clock)


def test_a_backup_that_is_older_than_what_was_seen_is_not_put_in_its_place_in_silence(tmp_path: Path) -> None:
    path, file = tmp_path / "r.db", tmp_path / "backup.jsonl"
    first = staffed(str(path), Clock())
    file.write_bytes(backup(first))
    submit(first)
    first.engine.dispose()
    for rest in tmp_path.glob("r.db*"):
        if rest.suffix not in (".key", ".head"):
            rest.unlink()
    with pytest.raises(Refused, match="not in the backup"):
        restore_backup(file, str(path))
    (tmp_path / "r.db.key.head").unlink()
    assert verify(restore_backup(file, str(path), Clock())).faults == ()


def test_a_log_whose_seals_were_taken_off_is_not_taken_for_one_of_an_older_version(store: Store) -> None:
    rewritten(store, lambda log: [row._replace(seal=None) for row in forged(log)])
    with store.engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0006'"))
        connection.commit()
    with pytest.raises(Refused, match="not sealed"):
        book(again(store))


def test_a_private_key_makes_its_own_public_one() -> None:
    made = new_key()
    assert key_from(made.private) == made and "private" not in repr(made).replace("private=''", "")


def test_the_team_signs_under_seal(store: Store) -> None:
    assert {event.actor for event in events(store)} >= {"ada", "doc"} and set(book(store).people) == set(TEAM)
