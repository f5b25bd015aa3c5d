"""The store of a review keeps what was acknowledged, refuses to be changed, and says where it was changed all the same."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from editorial import ID, TEAM, TEXTS, Clock, approve_all, cluster, edited, new_database, offer, staffed, status, submit
from posology.editorial import acts, people
from posology.editorial.backup import backup, restore_backup
from posology.editorial.rekey import change_key
from posology.editorial.store import Draft, Store, address, book, events, open_store, write
from posology.editorial.upgrade import known
from posology.editorial.verify import export, head_of, verify, verify_lines
from posology.findings import Refused

NUMBERS = count()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with cluster() as found:
        yield found


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def name(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store that is not there yet, on each database."""
    if request.param == "sqlite":
        return str(tmp_path / "review.db")
    return new_database(request.getfixturevalue("server"), f"review{next(NUMBERS)}")


@pytest.fixture(scope="session")
def staffed_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with its team, to be copied."""
    path = tmp_path_factory.mktemp("store") / "staffed.db"
    staffed(str(path)).engine.dispose()
    return path


@pytest.fixture(scope="session")
def staffed_database(server: str) -> str:
    """The same on a server."""
    staffed(new_database(server, "staffed")).engine.dispose()
    return "staffed"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store with its team, on each database."""
    if request.param == "sqlite":
        name = str(shutil.copy(request.getfixturevalue("staffed_file"), tmp_path / "review.db"))
    else:
        template = request.getfixturevalue("staffed_database")
        name = new_database(request.getfixturevalue("server"), f"review{next(NUMBERS)}", template)
    found = open_store(name, Clock())
    yield found
    found.engine.dispose()


def run(store: Store, *lines: str) -> None:
    """What somebody does who has the database in hand."""
    with store.engine.connect() as connection:
        for line in lines:
            connection.execute(text(line))
        connection.commit()


def unguarded(store: Store, table: str) -> tuple[list[str], list[str]]:
    """The statements that take the guards of a table away and put them back."""
    if store.engine.dialect.name == "sqlite":
        with store.engine.connect() as connection:
            every = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        made = [row for row in every if row.name.startswith(table)]
        return [f"DROP TRIGGER {row.name}" for row in made], [row.sql for row in made]
    names = [f"{table}_keeps_{deed}" for deed in ("update", "delete", "truncate")]
    off = [f"ALTER TABLE {table} DISABLE TRIGGER {name}" for name in names]
    return off, [f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for name in names]


def test_a_whole_round_ends_approved_and_an_edit_takes_one_statement_back(store: Store) -> None:
    assert status(store).state == "not submitted"
    submit(store)
    assert status(store).state == "submitted"
    acts.assign(store, "ed", ID, "doc")
    assert status(store).state == "under review"
    approve_all(store, "doc")
    assert status(store).state == "under review"
    approve_all(store, "phil")
    assert status(store).state == "approved"
    texts = edited(TEXTS, "Take only one medicine", "Take just one medicine")
    submit(store, texts)
    from posology.read.guideline import read_texts

    after = status(store, read_texts(texts))
    assert {n for n, p in after.parts.items() if p.state != "approved"} == {"no-second-product"}
    assert after.state == "under review"
    assert status(store).state == "approved"  # the version before still is what was signed
    assert verify(store).faults == ()


@pytest.mark.parametrize("deed", ["UPDATE event SET actor = 'x'", "DELETE FROM event", "UPDATE content SET text = 'x'", "DELETE FROM content"])
def test_the_log_refuses_to_be_changed(store: Store, deed: str) -> None:
    submit(store)
    with pytest.raises(Exception, match="only grows"):
        run(store, deed)


@pytest.mark.postgres
def test_the_log_refuses_to_be_emptied(server: str) -> None:
    store = staffed(new_database(server, f"review{next(NUMBERS)}"))
    with pytest.raises(Exception, match="only grows"):
        run(store, "TRUNCATE event")
    with pytest.raises(Exception, match="only grows"):
        run(store, "SET session_replication_role = replica", "DELETE FROM event")


COLUMNS = {"prev": "'sha256:x'", "at": "'2026-01-01T00:00:00.000000Z'", "actor": "'aud'", "kind": "'declared'", "subject": "'other'", "body": "'{}'", "hash": "'sha256:y'"}


@pytest.mark.parametrize(("column", "seq"), [(column, 1 + 2 * n) for n, column in enumerate(COLUMNS)])
def test_a_changed_cell_of_the_log_is_found(store: Store, column: str, seq: int) -> None:
    submit(store)
    off, on = unguarded(store, "event")
    run(store, *off, f"UPDATE event SET {column} = {COLUMNS[column]} WHERE seq = {seq}", *on)
    assert any(f"entry {n}" in fault for fault in verify(store).faults for n in (seq, seq + 1))
    fresh = open_store(str(store.engine.url.render_as_string(hide_password=False)), store.clock)
    with pytest.raises(Refused, match="not what was written"):
        book(fresh)  # nothing is computed from it


@pytest.mark.parametrize("seq", [1, 7, 14])
def test_a_deleted_entry_is_found(store: Store, seq: int) -> None:
    submit(store)
    off, on = unguarded(store, "event")
    run(store, *off, f"DELETE FROM event WHERE seq = {seq}", *on)
    assert verify(store).faults


def test_entries_cut_off_the_end_are_found_by_the_head_in_the_store_and_by_one_that_was_noted(store: Store) -> None:
    submit(store)
    noted = verify(store).head
    last, before = events(store)[-1], events(store)[-2]
    off, on = unguarded(store, "event")
    run(store, *off, f"DELETE FROM event WHERE seq = {last.seq}", *on)
    assert any("has noted" in fault for fault in verify(store).faults)
    off, on = unguarded(store, "content")
    run(store, f"UPDATE head SET seq = {before.seq}, hash = '{before.hash}'", *off, "DELETE FROM content", *on)
    assert verify(store).faults == ()  # whoever has the store in hand can do that …
    assert verify(store, head_of(noted)).faults  # … but not to somebody who has noted the head


TAMPERED = {
    "a text": ("content", "UPDATE content SET text = 'x'"),
    "a text that goes": ("content", "DELETE FROM content"),
    "a text that nobody wrote": (None, "INSERT INTO content (digest, text) VALUES ('sha256:0', 'x')"),
    "a password": (None, "INSERT INTO credential (account, password) VALUES ('doc', 'x')"),
    "a session": (None, "INSERT INTO session (token, account, made, seen) VALUES ('sha256:0', 'doc', '2026-03-02T09:00:00.000000Z', '2026-03-02T09:00:00.000000Z')"),
    "a guard": (None, "GUARD"),
    "the noted head": (None, "UPDATE head SET seq = 3"),
    "the noted version": (None, "UPDATE alembic_version SET version_num = '0001'"),
    "a table": (None, "DROP TABLE attempt"),
    "an entry that nobody wrote": (None, "INSERT INTO event (seq, prev, at, actor, kind, subject, body, hash) VALUES (999, 'sha256:1', '2026-03-02T09:00:00.000000Z', 'doc', 'signed', 'x', '{}', 'sha256:2')"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_what_is_changed_behind_the_programs_back_is_found(store: Store, what: str) -> None:
    submit(store)
    assert verify(store).faults == ()
    table, line = TAMPERED[what]
    off, on = unguarded(store, table or "event")
    run(store, *off, *([] if line == "GUARD" else [line, *on]))
    assert verify(store).faults, what


def test_a_session_that_was_put_into_the_database_signs_nobody_in(store: Store) -> None:
    from posology.editorial.digest import digest_of

    at = "2026-03-02T09:00:00.000000Z"
    run(store, f"INSERT INTO session (token, account, made, seen) VALUES ('{digest_of('forged')}', 'doc', '{at}', '{at}')")
    assert people.person_of(store, "forged") is None


def test_the_exported_log_proves_itself_without_a_store(store: Store) -> None:
    submit(store)
    lines = list(export(store))
    assert verify_lines(lines) == verify(store)
    bent = [line.replace("Ada Author", "Eve Author") for line in lines]
    (fault,) = verify_lines(bent).faults
    assert fault.startswith("entry 1:")
    assert verify_lines(lines[:-1], head_of(verify(store).head)).faults


def test_fifty_people_sign_at_once_and_nothing_is_lost_or_doubled(name: str) -> None:
    store = staffed(name)
    for number in range(50):
        people.add(store, "root", f"r{number}", f"Reviewer {number}", ["clinical reviewer"])
        acts.declare(store, f"r{number}")
    submit(store)
    here, part = offer(), "no-second-product"

    def sign(number: int) -> str:
        try:
            return str(acts.sign(store, f"r{number // 2}", ID, part, here.parts[part].digest, "approve").seq)
        except Refused as refused:
            return refused.findings[0].what

    with ThreadPoolExecutor(50) as pool:  # everybody from two windows
        said = list(pool.map(sign, range(100)))
    signed = [word for word in said if word.isdigit()]
    assert len(signed) == 50 == len(set(signed))
    assert sum("already" in word for word in said) == 50
    assert len(status(store).parts[part].approvals) == 50
    assert verify(store).faults == ()
    store.engine.dispose()


def test_a_second_process_sees_what_the_first_one_wrote(store: Store) -> None:
    other = open_store(store.engine.url.render_as_string(hide_password=False), store.clock)
    submit(store)
    acts.sign(other, "doc", ID, "no-second-product", offer().parts["no-second-product"].digest, "approve")
    assert status(store).parts["no-second-product"].approvals
    assert [e.seq for e in events(store)] == list(range(1, len(events(store)) + 1))


def test_what_is_refused_leaves_no_trace(store: Store) -> None:
    before = verify(store)

    def decide(book: object, at: object) -> list[Draft]:
        return [Draft("declared", "", {"conflict": ""}, ("a text",)), Draft("x" * 200, "", {"bad": object()})]

    with pytest.raises(TypeError):
        write(store, "doc", decide)  # type: ignore[arg-type]
    assert verify(store) == before


def test_a_clock_that_goes_backwards_turns_no_time_back(name: str) -> None:
    clock = Clock()
    store = staffed(name, clock)
    submit(store)
    clock.at -= timedelta(days=400)
    acts.sign(store, "doc", ID, "no-second-product", offer().parts["no-second-product"].digest, "approve")
    times = [event.at for event in events(store)]
    assert times == sorted(times)
    assert status(store).parts["no-second-product"].approvals


def test_a_backup_is_a_store_and_is_restored_whole(name: str, tmp_path: Path) -> None:
    store = staffed(name)
    submit(store)
    file = tmp_path / "backup.jsonl"
    file.write_bytes(backup(store))
    noted = head_of(verify(store).head)
    acts.declare(store, "doc", "owns shares")
    other = str(tmp_path / "other.db")
    restored = restore_backup(file, other, store.clock)
    assert verify(restored, noted).faults == ()
    assert status(restored).state == "submitted"
    acts.sign(restored, "phil", ID, "no-second-product", offer().parts["no-second-product"].digest, "approve")
    with pytest.raises(Refused, match="holds a log already"):
        restore_backup(file, other, store.clock)


def test_a_damaged_backup_is_refused_and_nothing_is_restored(tmp_path: Path) -> None:
    store = staffed(str(tmp_path / "review.db"))
    submit(store)
    file = tmp_path / "backup.jsonl"
    file.write_bytes(backup(store))
    file.write_text(file.read_text(encoding="utf-8").replace("Ada Author", "Eve Author"), encoding="utf-8")
    with pytest.raises(Refused):
        restore_backup(file, str(tmp_path / "other.db"), store.clock)
    assert not (tmp_path / "other.db").exists() or not events(open_store(str(tmp_path / "other.db")))


# ---------------------------------------------------------------- stores of other times


def older(name: str) -> None:
    """A store as the first version made it, with two entries."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import column, insert, table

    from posology.editorial import upgrade
    from posology.editorial.chain import GENESIS, Row, next_row
    from posology.editorial.store import _engine

    engine = _engine(address(name))
    config = Config()
    config.set_main_option("script_location", str(upgrade.FOLDER))
    config.set_main_option("path_separator", "os")
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        event = table("event", *map(column, Row._fields[:-1]))
        first = next_row(1, GENESIS, Clock().at, "terminal", "account added", "", {"account": "doc", "name": "D", "roles": ["clinical reviewer"]})
        second = next_row(2, first.hash, Clock().at, "doc", "declared", "", {"conflict": ""})
        for row in (first, second):
            connection.execute(insert(event).values(dict(zip(Row._fields[:-1], row, strict=False))))
    engine.dispose()


def test_a_store_of_an_older_version_is_migrated_with_all_that_it_holds(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    older(name)
    monkeypatch.delenv("POSOLOGY_SEAL_KEY")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    store = open_store(name, Clock())
    if store.engine.dialect.name == "sqlite":
        assert Path(f"{name}.before-0001").exists()
    else:
        with pytest.raises(Refused, match="not sealed"):
            book(store)  # on a server whoever comes first must not become the one who has the key
        change_key(store, "first seal")
    assert [event.kind for event in events(store)] == ["account added", "declared", "key changed"]
    assert verify(store).faults == ()
    assert verify(store).remarks == ("entries 1 to 2 were written before there were seals",)
    assert book(store).people["doc"].roles == ("clinical reviewer",)
    assert store.place.path.stat().st_mode & 0o777 == 0o600
    store.engine.dispose()


def test_a_store_from_the_future_is_refused_and_not_touched(name: str) -> None:
    store = staffed(name)
    run(store, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Refused, match="from a newer posology"):
        open_store(name)
    run(store, f"UPDATE alembic_version SET version_num = '{known()[-1]}'")
    assert verify(store).faults == ()


def test_the_models_and_the_migrations_are_the_same(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from posology.editorial.tables import META

    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, META) == []


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"not a database, but a file of some length " * 40, "not a store"), (None, "no store here")],
)
def test_what_is_no_store_is_refused(tmp_path: Path, content: bytes | None, what: str) -> None:
    path = tmp_path / "x.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Refused, match=what):
        open_store(str(path))
    assert content is None or path.read_bytes() == content


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (a)")
    with pytest.raises(Refused, match="something else"):
        open_store(str(path), make=True)


@pytest.mark.parametrize("name", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "://", "postgresql://nobody:secret@127.0.0.1:1/x"])
def test_an_address_that_cannot_be_used_is_refused_without_its_password(name: str) -> None:
    with pytest.raises(Refused) as caught:
        open_store(name, make=True)
    assert "secret" not in str(caught.value)


def test_the_team_is_in_the_log_under_its_own_names(store: Store) -> None:
    assert {person.name for person in book(store).people.values()} == {name for name, _ in TEAM.values()}


def test_a_store_can_be_copied_while_it_is_written(tmp_path: Path) -> None:
    store = staffed(str(tmp_path / "a.db"))
    store.engine.dispose()
    shutil.copy(tmp_path / "a.db", tmp_path / "b.db")
    assert verify(open_store(str(tmp_path / "b.db"))).faults == ()
