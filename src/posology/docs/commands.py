"""The page of the command line: each command with its arguments and options, as the program knows them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from ..cli import _parser
from .marks import code, codes, table

OPENING = """# The command line

Printed from source by `make docs`. Exit codes: 0 done; 1 `posology check` found faults; 2 the input was refused, each
fault with its place, what is wrong and what to do (with `--format json` as JSON on standard output)."""


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command by its name, those of several words too."""
    return dict(_commands(_parser(), ""))


def _commands(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    if name:
        yield name, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                yield from _commands(below, f"{name} {word}".strip())


def page() -> str:
    """What may be typed, command by command."""
    helps = dict(_helps(_parser(), ""))
    parts = [_command(name, parser, helps.get(name, "")) for name, parser in commands().items()]
    return "\n\n".join([OPENING, *parts]) + "\n"


def _helps(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, str]]:
    """The line that says what each command is for."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for choice in action._choices_actions:
                yield f"{name} {choice.dest}".strip(), choice.help or ""
            for word, below in action.choices.items():
                yield from _helps(below, f"{name} {word}".strip())


def _command(name: str, parser: argparse.ArgumentParser, purpose: str) -> str:
    rows = [_row(action) for action in parser._actions if _is_argument(action)]
    text = f"{'#' * (2 + name.count(' '))} `posology {name}`\n\n{purpose[:1].upper()}{purpose[1:]}."
    return f"{text}\n\n{table('argument | what it says | choices | if left out', rows)}" if rows else text


def _is_argument(action: argparse.Action) -> bool:
    return not isinstance(action, (argparse._SubParsersAction, argparse._HelpAction))


def _row(action: argparse.Action) -> tuple[str, ...]:
    value = action.metavar if isinstance(action.metavar, str) else None
    if action.option_strings:
        takes = "" if action.nargs == 0 else f" {value or action.dest.upper()}"
        first = f"{', '.join(action.option_strings)}{takes}"
    else:
        first = value or action.dest
    default = "" if action.default in (None, False, argparse.SUPPRESS) else code(str(action.default))
    return code(first), action.help or "", codes(map(str, action.choices or ())), default
