"""Problems of the conversions file on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from milepost.errors import Problem
from milepost.render.safe import plain
from milepost.render.words import counted

_STYLES = {"error": "bold red", "warning": "bold yellow"}


def print_problems(console: Console, file: str, problems: Sequence[Problem]) -> None:
    """One line per problem, `file:line: path: cause. remedy`, then how many there are."""
    for problem in problems:
        line = Text(f"{problem.severity}: ", style=_STYLES[problem.severity])
        where = f"{file}:{problem.line}" if problem.line else file
        line.append(f"{plain(where)}: ", style="not bold default")
        if problem.path:
            line.append(f"{plain(problem.path)} ", style="bold default")
        line.append(plain(f"{problem.cause}. {problem.remedy}"), style="not bold default")
        console.print(line, soft_wrap=True)
    console.print(Text(f"{problem_count(problems)}."), soft_wrap=True)


def problem_count(problems: Sequence[Problem]) -> str:
    """`2 errors, 1 warning`; `no problems` when there are none."""
    errors = sum(1 for p in problems if p.severity == "error")
    counts = [(errors, "error"), (len(problems) - errors, "warning")]
    return ", ".join(counted(n, noun) for n, noun in counts if n) or "no problems"
