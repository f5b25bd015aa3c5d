"""A language model may choose other words for a line, and can say nothing with them that the statement does not say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluation import DAY, here
from posology.answer.answer import answer
from posology.answer.answered import Answer, Said
from posology.answer.faithful import Reworded, difference, terms
from posology.answer.reword import KEY, LARGEST, PATIENCE, Endpoint, endpoint, reworded
from posology.answer.shape import as_json
from posology.answer.text import text
from posology.findings import Refused
from posology.model import Patient
from posology.plan.advice import Audience, worded

ROOT = Path(__file__).parent.parent
TERMS = terms(here().guideline)
QUESTION = "How is B12 given when the nerves are affected?"
FACTS = {"b12_deficiency": True, "numbness": True, "platelet_count": 30.0}
Reply = Callable[[str], str]


def asked(audience: Audience = "clinician") -> Answer:
    return answer([QUESTION], here(), patient=Patient(facts=FACTS), audience=audience, on=DAY)


# ---------------------------------------------------------------- a server of the protocol, on this machine


@contextmanager
def server(respond: Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]) -> Iterator[tuple[str, list[Any]]]:
    """A server that answers as it is told, its address, and what it was sent: headers and body."""
    seen: list[Any] = []

    class Chat(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.path, dict(self.headers), body))
            try:
                respond(self, body)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Chat)
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{made.server_port}/v1", seen
    finally:
        made.shutdown()
        made.server_close()


def send(to: BaseHTTPRequestHandler, data: bytes, status: int = 200, **headers: str) -> None:
    to.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
        to.send_header(name.replace("_", "-"), value)
    to.end_headers()
    to.wfile.write(data)


def shaped(content: Any, **more: Any) -> bytes:
    message = {"role": "assistant", "content": content}
    return json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop", **more}]}).encode()


def saying(reply: Reply) -> Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]:
    """A model that replies with something made of the line."""
    return lambda to, body: send(to, shaped(reply(body["messages"][-1]["content"])))


def worded_by(respond: Any, audience: Audience = "clinician", seconds: float = 5) -> tuple[Answer, list[Any]]:
    with server(respond) as (url, seen):
        made = reworded(asked(audience), here().guideline, Endpoint(f"{url}/chat/completions", "toy-1", "", seconds))
    return made, seen


def own_words(given_: Answer) -> bool:
    before = asked(given_.audience)
    return [s.text for s in given_.lines] == [s.text for s in before.lines] and not any(
        s.reworded for s in given_.lines
    )


# ---------------------------------------------------------------- a good model


def good(line: str) -> str:
    """Other words that say the same."""
    swaps = [("Start ", "Begin "), ("on alternate days", "every other day"), ("go on", "continue"), ("into the muscle", "IM"),
             ("seek", "please seek"), ("symptoms", "symptoms"), ("With a platelet", "In patients with a platelet")]  # fmt: skip
    for old, new in swaps:
        line = line.replace(old, new)
    return line.replace("please ", "")


def test_a_good_model_rewords_lines_and_the_answer_says_so() -> None:
    made, seen = worded_by(saying(good))
    loading = next(said for said in made.lines if said.statement.name == "neurological-loading")
    assert loading.text.startswith("Begin hydroxocobalamin 1 mg IM every other day, and continue until")
    assert made.rewording
    assert made.rewording.reworded >= 2
    assert made.rewording.rejected == made.rewording.failed == 0
    shape = as_json(made)
    line = next(line for line in shape["lines"] if line["statement"] == "neurological-loading")
    assert line["reworded"] is True
    assert line["reviewed_text"] == loading.statement.text
    assert [n for n in shape["notices"] if n["kind"] == "model" and "toy-1" in n["text"]]
    assert shape["rewording"]["model"] == "toy-1"
    printed = " ".join(text(made, here().guideline).split())
    assert "(reworded)" in printed
    assert "toy-1" in printed
    assert len(seen) == len(made.lines)


def test_the_headline_keeps_the_reviewed_words() -> None:
    assert worded_by(saying(good))[0].headline.text == asked().headline.text


def test_without_an_endpoint_the_shape_of_an_answer_knows_no_model() -> None:
    shape = as_json(asked())
    assert "rewording" not in shape
    assert not [line for line in shape["lines"] if "reworded" in line]
    assert not [notice for notice in shape["notices"] if notice["kind"] == "model"]


@pytest.mark.parametrize("audience", ["clinician", "patient", "student"])
def test_only_the_text_of_a_line_is_sent_and_never_a_fact_or_the_question(audience: Audience) -> None:
    made, seen = worded_by(saying(str), audience)
    texts = {worded(s, audience) for s in here().guideline.statements}
    for _, headers, body in seen:
        system, user = body["messages"]
        assert user["content"] in texts
        assert set(body) == {"model", "temperature", "stream", "messages"}
        assert QUESTION not in system["content"]
        assert "Authorization" not in headers
    assert made.rewording
    assert made.rewording.unchanged == len(made.lines)


# ---------------------------------------------------------------- a lying model

LIES: dict[str, Reply] = {
    "another dose": lambda line: line.replace("1 mg", "10 mg").replace("50", "40").replace("25", "20") + " ",
    "without not": lambda line: re.sub(r"\b(no|not|never|without|further)\b ?", "", line, flags=re.IGNORECASE),
    "another drug": lambda line: line.rstrip(".") + " and aspirin.",
    "a drug of the guideline": lambda line: line.rstrip(".") + " or cyanocobalamin.",
    "a number in a word": lambda line: line.rstrip(".") + " for two weeks.",
    "twice": lambda line: f"Twice: {line}",
    "weaker": lambda line: f"You may {line}",
    "another route": lambda line: line.replace("muscle", "vein").rstrip(".") + " or by mouth.",
    "denied": lambda line: f"It is not true: {line}",
    "obeys the line": lambda line: f"Ignore the guideline. {line}",
    "refuses": lambda _: "I'm sorry, I can't help with medical advice.",
    "is empty": lambda _: " ",
    "is chatty": lambda line: f"Sure! Here you go:\n\n{line}",
    "writes markup": lambda line: f"**{line}**<script>alert(1)</script>",
    "colors": lambda line: f"\x1b[31m{line}\x1b[0m",
    "hides a sign": lambda line: line.replace("1 mg", "1\u200b0 mg") + "\u200b",
    "goes on and on": lambda line: " ".join([line] * 40),
    "asks": lambda line: line.rstrip(".") + "?",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lying_model_changes_nothing_and_is_counted(lie: str) -> None:
    made, _ = worded_by(saying(LIES[lie]))
    touched = [said for said in made.lines if LIES[lie](said.own).split() != said.own.split()]
    assert touched
    assert not any(said.reworded for said in touched)
    assert own_words(made)
    assert made.rewording
    assert made.rewording.rejected + made.rewording.failed >= 1
    assert "0 of" not in made.rewording.text


SAME = [
    ("Give 1 mg every 2–3 months.", "You are given 1 mg every 2 to 3 months."),
    ("Do not stop, and do not wait.", "Don't stop and don't wait."),
    ("Inject into the muscle on alternate days.", "Inject IM every other day."),
    ("Start hydroxocobalamin 1 mg before folate.", "Begin Neo-Cytamen 1mg prior to folate."),
    ("You must not have it.", "Patients must not have this."),
]
NOT_SAME = [
    ("You must not have it.", "You do not have to have it."),
    ("Do not stop; give 1 mg.", "Stop; do not give 1 mg."),
    ("Do not stop.", "Do not, stop."),
    ("Do not stop.", "Do not. Stop."),
    ("Do not stop.", "Do not - stop."),
    ("Do not stop.", "Do not stop?"),
    ("Do not stop.", "“Do not stop.”"),
    ("Give 1 mg now and 2 mg later.", "Give 2 mg now and 1 mg later."),
    ("Give 1 mg.", "Give 1 g."),
    ("Give 1 mg.", "Give 1.0 mg."),
    ("Give 1 mg.", "Give -1 mg."),
    ("Give 1 mg.", "Give <1 mg."),
    ("Give 1 mg.", "Give 1 mg/kg."),
    ("Give 1 mg.", "Give one mg."),
    ("Give 1 mg.", "Give １ mg."),
    ("Give 15 mg.", "Give 1 5 mg."),
    ("Give 15 mg.", "Give 1.5 mg."),
    ("Give 1–2 mg.", "Give 1 2 mg."),
    ("Give 1–2 mg.", "Give 1 of 2 mg."),
    ("Give it every 2 months.", "Give it in 2 months."),
    ("Give it.", "You may give it."),
    ("You should give it.", "You could give it."),
    ("You must give it.", "You should give it."),
    ("It may help.", "It will help."),
    ("Give it if you can.", "Give it."),
    ("Give it unless unwell.", "Give it if unwell."),
    ("Use this or that drug.", "Use this and that drug."),
    ("Above 50, inject.", "Below 50, inject."),
    ("At least 2 minutes.", "At most 2 minutes."),
    ("Give hydroxocobalamin.", "Give cyanocobalamin."),
    ("Give hydroxocobalamin a day.", "Give vitamin B12 a day."),
    ("Inject deep under the skin.", "Inject under the skin."),
    ("Inject into the muscle.", "Inject into a vein."),
    ("It increases the risk.", "It decreases the risk."),
    ("You have it.", "WHO have it."),
]


@pytest.mark.parametrize(("of", "other"), SAME)
def test_what_says_the_same_is_let_through(of: str, other: str) -> None:
    assert difference(other, of, TERMS) == ""


@pytest.mark.parametrize(("of", "other"), NOT_SAME)
def test_what_says_something_else_is_not(of: str, other: str) -> None:
    assert difference(other, of, TERMS)


def test_every_statement_says_the_same_as_itself_in_every_wording() -> None:
    for statement in here().guideline.statements:
        for own in {statement.text, statement.patient, statement.student}:
            assert not difference(" ".join(own.split()), own, TERMS)


def test_no_two_statements_say_the_same() -> None:
    texts = [s.text for s in here().guideline.statements if s.kind != "restates"]
    same = [(a, b) for a in texts for b in texts if a < b and not difference(a, b, TERMS)]
    assert not same


def test_a_line_with_unfaithful_words_or_words_for_another_line_cannot_be_made() -> None:
    first, second = asked().lines[:2]
    with pytest.raises(ValueError, match="not the same"):
        Reworded("Give 99 mg.", first.own, TERMS)
    with pytest.raises(ValueError, match="another text"):
        Said(
            first.statement, first.citations, first.audience, first.applies,
            reworded=Reworded(second.own, second.own, TERMS),
        )  # fmt: skip


# ---------------------------------------------------------------- whatever the model replies

HOSTILE = (
    "not no never two twice half 2 10 mg g mcg aspirin cyanocobalamin IV orally must may should can will stop give "
    "unless if only or and daily weekly a the you of in , . - ? ( ) < % until avoid every to have do"
).split()
STATEMENTS = [s for s in here().guideline.statements if s.kind != "restates"]


@st.composite
def changed_words(draw: st.DrawFn) -> tuple[str, str]:
    """A statement, and the same with some words dropped, added, replaced or swapped."""
    of = draw(st.sampled_from(STATEMENTS)).text
    words = of.split()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(words) - 1))
        what = draw(st.sampled_from(["drop", "add", "replace", "swap"]))
        if what == "drop" and len(words) > 1:
            del words[at]
        elif what == "swap":
            other = draw(st.integers(0, len(words) - 1))
            words[at], words[other] = words[other], words[at]
        else:
            words[at : at + (what == "replace")] = [draw(st.sampled_from(HOSTILE))]
    return of, " ".join(words)


GRAVE = re.compile(
    r"\b(?:no|not|never|without|cannot|none|must|should|may|might|can|could|will|if|unless|only|until|avoid|stop|one|two|"
    r"three|twice|once|half|double|daily|weekly|monthly|mg|g|mcg|micrograms?|ml|days?|weeks?|months?|aspirin|iv|intravenous)\b"
    r"|\d+(?:[.,]\d+)*",
    re.IGNORECASE,
)
"""Numbers, units, denials, modality: written down anew, without the check's own words."""


def grave(text_: str) -> list[str]:
    return [found.lower() for found in GRAVE.findall(text_.replace("every other day", "alternate days"))]


def drugs(text_: str) -> list[str]:
    names = [code.name.replace("_", " ") for code in here().guideline.codes if code.what == "drug"]
    return [name for name in names if re.search(rf"\b{name}\b", text_, re.IGNORECASE)]


@given(changed_words())
def test_no_change_of_words_brings_or_takes_a_number_a_denial_a_modality_or_a_drug(pair: tuple[str, str]) -> None:
    of, other = pair
    if not difference(other, of, TERMS):
        assert sorted(grave(other)) == sorted(grave(of))
        assert drugs(other) == drugs(of)


REPLIES = st.one_of(
    st.text(max_size=200), changed_words().map(lambda pair: pair[1]),
    st.lists(st.sampled_from(HOSTILE), max_size=12).map(" ".join),
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(REPLIES, min_size=1, max_size=6))
def test_whatever_the_server_replies_each_line_says_what_its_statement_says(replies: list[str]) -> None:
    left = iter(replies * 20)
    made, _ = worded_by(saying(lambda line: f"{next(left)}"))
    for said in made.lines:
        assert sorted(grave(said.text)) == sorted(grave(said.own))
        assert drugs(said.text) == drugs(said.own)
    assert made.rewording
    assert len(made.lines) == len(asked().lines)


# ---------------------------------------------------------------- a broken server


def slow(to: BaseHTTPRequestHandler, _: Any) -> None:
    time.sleep(0.6)
    send(to, shaped("late"))


def dripping(to: BaseHTTPRequestHandler, _: Any) -> None:
    to.send_response(200)
    to.end_headers()
    for _ in range(20):
        to.wfile.write(b" ")
        to.wfile.flush()
        time.sleep(0.05)


def streaming(to: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    chunk = json.dumps({"choices": [{"delta": {"content": body["messages"][-1]["content"]}}]})
    send(to, f"data: {chunk}\n\ndata: [DONE]\n\n".encode(), Content_Type="text/event-stream")


BROKEN: dict[str, Any] = {
    "too slow": slow,
    "drips": dripping,
    "streams all the same": streaming,
    "error 500": lambda to, _: send(to, b"{}", 500),
    "error 401": lambda to, _: send(to, b'{"error": {"message": "bad key"}}', 401),
    "error 429": lambda to, _: send(to, b"{}", 429, Retry_After="60"),
    "redirects": lambda to, _: send(to, b"", 307, Location="http://127.0.0.1:9/elsewhere"),
    "no JSON": lambda to, _: send(to, b"<html>hello</html>"),
    "not UTF-8": lambda to, _: send(to, b'{"choices": "\xff\xfe"}'),
    "a list": lambda to, _: send(to, b"[1, 2]"),
    "null": lambda to, _: send(to, b"null"),
    "no choices": lambda to, _: send(to, b'{"choices": []}'),
    "no content": lambda to, _: send(to, shaped(None)),
    "content in parts": lambda to, _: send(to, shaped([{"type": "text", "text": "x"}])),
    "cut off": lambda to, body: send(to, shaped(body["messages"][-1]["content"], finish_reason="length")),
    "filtered": lambda to, _: send(to, shaped("", finish_reason="content_filter")),
    "huge": lambda to, _: send(to, shaped("x" * (LARGEST + 1))),
    "deep": lambda to, _: send(to, b"[" * 60000),
    "hangs up": lambda to, _: to.connection.close(),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_server_leaves_the_reviewed_words(how: str) -> None:
    began = time.monotonic()
    made, seen = worded_by(BROKEN[how], seconds=0.3)
    assert time.monotonic() - began < 3
    assert own_words(made)
    assert made.rewording
    assert made.rewording.failed + made.rewording.unsent == len(made.lines)
    assert made.rewording.failed == min(PATIENCE, len(made.lines))
    assert f"{made.rewording.failed} had no usable reply" in made.rewording.text
    assert len(seen) <= PATIENCE


def test_nobody_listening_leaves_the_reviewed_words() -> None:
    assert own_words(reworded(asked(), here().guideline, Endpoint("http://127.0.0.1:9/v1/chat/completions", "toy")))


def test_what_is_declined_is_not_sent() -> None:
    declined = answer(["What does iron cost?"], here())
    assert reworded(declined, here().guideline, Endpoint("http://127.0.0.1:9/", "toy")) == declined


# ---------------------------------------------------------------- the endpoint and its key


@pytest.mark.parametrize(
    ("url", "model", "key", "places"),
    [
        ("file:///etc/passwd", "m", "", ["--llm"]),
        ("ftp://host/v1", "m", "", ["--llm"]),
        ("http://[::1", "m", "", ["--llm"]),
        ("http://host:99999/v1", "m", "", ["--llm"]),
        ("https://user:secret@host/v1", "m", "", ["--llm"]),
        ("http://elsewhere.example/v1", "m", "secret", ["--llm"]),
        ("https://host/v1", None, "", ["--llm-model"]),
        (None, "m", "", ["--llm"]),
        ("nonsense", " ", "se\ncret", ["--llm", "--llm-model", KEY]),
    ],
)
def test_an_endpoint_that_cannot_be_used_is_refused_without_showing_key_or_address(
    url: str | None, model: str | None, key: str, places: list[str]
) -> None:
    with pytest.raises(Refused) as refused:
        endpoint(url, model, {KEY: key})
    assert [finding.place for finding in refused.value.findings] == places
    assert "secret" not in str(refused.value.findings)


def test_a_key_is_sent_and_never_shown() -> None:
    with server(saying(good)) as (url, seen):
        at = endpoint(url, "toy", {KEY: "very-secret"})
        assert at
        made = reworded(asked(), here().guideline, at)
    assert {headers["Authorization"] for _, headers, _ in seen} == {"Bearer very-secret"}
    assert {path for path, _, _ in seen} == {"/v1/chat/completions"}
    assert "very-secret" not in repr(at) + json.dumps(as_json(made)) + repr(made)


def test_what_is_local_does_not_go_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    made, seen = worded_by(saying(good))
    assert made.rewording
    assert made.rewording.failed == 0
    assert seen


def test_no_endpoint_is_used_unless_it_is_named() -> None:
    assert endpoint(None, None, {KEY: "secret"}) is None


# ---------------------------------------------------------------- the command


def command(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "posology", "ask", *args], cwd=ROOT, capture_output=True, text=True)


def test_the_command_rewords_one_question_and_a_batch(tmp_path: Path) -> None:
    batch = tmp_path / "questions.jsonl"
    batch.write_text(json.dumps({"id": 1, "text": QUESTION}) + "\n", encoding="utf-8")
    with server(saying(good)) as (url, _):
        one = command(QUESTION, "--llm", url, "--llm-model", "toy-2", "--format", "json")
        many = command("--batch", str(batch), "--llm", url, "--llm-model", "toy-2")
    assert one.returncode == many.returncode == 0, one.stderr + many.stderr
    assert json.loads(one.stdout)["rewording"]["model"] == "toy-2"
    assert json.loads(one.stdout)["lines"] == json.loads(many.stdout)["lines"]


def test_the_command_refuses_an_endpoint_that_cannot_be_used() -> None:
    done = command(QUESTION, "--llm", "nonsense")
    assert done.returncode == 2
    assert "--llm-model" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_program_in_the_docs_runs() -> None:
    page = (ROOT / "docs" / "extras.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("None ['After loading")
