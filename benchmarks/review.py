"""The workbench of a review with 20 guidelines and 10,000 events, over HTTP. Writes docs/load-review.md."""

from __future__ import annotations

import argparse
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from load import processor  # beside this file

from posology.editorial import acts, people
from posology.editorial.digest import units
from posology.editorial.ledger import Ledger
from posology.editorial.offer import Offer, offer_of
from posology.editorial.store import Draft, Store, book, open_store, write
from posology.model import Guideline
from posology.read.guideline import read_texts, texts_of
from posology.read.library import find

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "four lanterns under water"
TEAM = {"ada": "author", "ed": "editor", **{f"doc{n}": "clinical reviewer" for n in range(8)}, **{f"pia{n}": "pharmacist" for n in range(4)}}
REVIEWERS = [account for account, role in TEAM.items() if role in ("clinical reviewer", "pharmacist")]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--guidelines", type=int, default=20)
    options.add_argument("--events", type=int, default=10_000)
    options.add_argument("--requests", type=int, default=200, help="of each kind")
    options.add_argument("--out", type=Path, default=ROOT / "docs" / "load-review.md")
    chosen = options.parse_args()
    with TemporaryDirectory() as place:
        folders = [copied(Path(place), number) for number in range(chosen.guidelines)]
        store = filled(Path(place) / "review.db", folders, chosen.events)
        entries = book(store).seq
        link = people.link(store, people.TERMINAL, "doc0")
        people.set_password(store, link, PASSWORD)
        store.engine.dispose()
        command = [sys.executable, "-m", "posology", "serve", "--port", "0", "--store", str(Path(place) / "review.db")]
        command += [word for folder in folders for word in ("--guideline", str(folder))]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            address = re.search(r"http://\S+", server.stdout.readline())[0]  # type: ignore[union-attr,index]
            times, spent = measured(address, server.pid, [folder.name for folder in folders], chosen.requests)
        finally:
            server.terminate()
            server.wait(10)
    chosen.out.write_text(page(times, spent, chosen.guidelines, entries))
    print(chosen.out.read_text())


# ---------------------------------------------------------------- a long review


def copied(place: Path, number: int) -> Path:
    """The guideline that comes along under another id."""
    folder = Path(shutil.copytree(find("b12-injections"), place / f"guideline-{number}"))
    file = folder / "guideline.md"
    file.write_text(re.sub(r"^id: .*$", f"id: {folder.name}", file.read_text(encoding="utf-8"), count=1, flags=re.M), encoding="utf-8")
    return folder


def filled(path: Path, folders: list[Path], count: int) -> Store:
    """A store in which these are under review: offered, signed, discussed, offered again, up to so many entries."""
    rng, store = random.Random(5), open_store(str(path), make=True)
    for account, role in TEAM.items():
        people.add(store, people.TERMINAL, account, account.title(), [role])
    for account in REVIEWERS:
        acts.declare(store, account)
    texts = [texts_of(folder) for folder in folders]
    guidelines = [read_texts(one) for one in texts]
    for turn in range(3):  # two earlier versions, then the one that is there
        for files in texts:
            words = files["guideline.md"].replace("\nversion: ", f"\nversion: {turn}.", 1) if turn < 2 else files["guideline.md"]
            changed = words.replace("every 2–3 months for life", f"every 2–{5 + turn} months for life") if turn < 2 else words
            version = {**files, "guideline.md": changed}
            acts.submit(store, "ada", read_texts(version), version)
        left = (count - book(store).seq) // (3 - turn)
        for account in REVIEWERS:
            drafts = list(said(rng, guidelines, left // len(REVIEWERS), book(store)))
            write(store, account, lambda here, at, drafts=drafts: drafts)
    return store


def said(rng: random.Random, guidelines: list[Guideline], count: int, here: Ledger) -> Iterator[Draft]:
    """What one person does in a round: mostly approvals, some comments and requests for changes."""
    for _ in range(count):
        offer = here.offers[rng.choice(guidelines).id][-1]
        name = rng.choice(list(offer.parts))
        yield commented(offer, name) if rng.random() < 0.15 else signed(rng, offer, name)


def commented(offer: Offer, name: str) -> Draft:
    return Draft("commented", offer.guideline, {"statement": name, "digest": offer.parts[name].digest, "text": "Is this what the source says?", "thread": None})


def signed(rng: random.Random, offer: Offer, name: str) -> Draft:
    part, asks = offer.parts[name], rng.random() < 0.05
    body = {
        "statement": name, "digest": part.digest, "decision": "request changes" if asks else "approve", "role": "clinical reviewer",
        "comment": "Say the unit." if asks else "", "acknowledged": {} if asks else dict.fromkeys(part.open, "read at its owner"),
    }  # fmt: skip
    return Draft("signed", offer.guideline, body)


# ---------------------------------------------------------------- the requests


def measured(address: str, pid: int, names: list[str], count: int) -> tuple[dict[str, list[float]], dict[str, float]]:
    """How long each page took, in milliseconds, and what each kind cost the server in processor time."""
    rng = random.Random(7)
    guideline = read_texts(texts_of(find("b12-injections")))
    statements = list(offer_of(guideline, units(guideline)).parts)
    times: dict[str, list[float]] = {}
    spent: dict[str, float] = {}
    with httpx.Client(base_url=address, timeout=60) as browser:
        browser.post("/sign-in", data={"account": "doc0", "password": PASSWORD}).raise_for_status  # noqa: B018
        for name in names:
            browser.get(f"/guidelines/{name}")

        def kind(what: str, at: list[str], before: bool) -> None:
            began, took = processor(pid), []
            for one in at:
                if before:  # an entry is written: whatever was worked out before it may be wrong
                    where = f"/review/{rng.choice(names)}/{rng.choice(statements)}/comment"
                    assert browser.post(where, data={"text": "And for children?"}).status_code == 303
                start = time.perf_counter()
                answer = browser.get(one)
                took.append(1000 * (time.perf_counter() - start))
                assert answer.status_code == 200, (one, answer.status_code)
            times[what], spent[what] = took, 1000 * (processor(pid) - began) / len(at)

        screens = [f"/review/{rng.choice(names)}/{rng.choice(statements)}" for _ in range(count)]
        kind("inbox", ["/review"] * count, False)
        kind("inbox, just after an entry", ["/review"] * count, True)
        kind("review screen, seen for the first time", screens, False)
        kind("review screen, seen before", screens, False)
        kind("review screen, just after an entry", screens, True)
        kind("history of a guideline", [f"/guidelines/{rng.choice(names)}/history" for _ in range(count)], False)
    return times, spent


def page(times: dict[str, list[float]], spent: dict[str, float], guidelines: int, entries: int) -> str:
    table = "\n".join(
        f"| {name} | {len(found)} | {statistics.median(found):.0f} ms | {statistics.quantiles(found, n=20)[18]:.0f} ms | {max(found):.0f} ms | {spent[name]:.0f} ms |"
        for name, found in times.items()
    )
    return f"""# The workbench under load

Written by `python benchmarks/review.py`; never typed in. A review of {guidelines} guidelines with {entries:,} entries in its log, on SQLite;
one reviewer asks for one page after the other over HTTP, server and reviewer on the same machine: {os.cpu_count()} cores,
Python {platform.python_version()}, {platform.system()}, on {date.today()}; load average at the end {os.getloadavg()[0]:.1f}.

| page | requests | median | 95 % | slowest | processor time of the server |
|---|---|---|---|---|---|
{table}

*Just after an entry*: before each page somebody writes a comment, so that nothing that was worked out before may be shown again
unlooked at. The processor time of these rows includes writing the comment.
"""


if __name__ == "__main__":
    main()
