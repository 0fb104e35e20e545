"""milepost demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

_PROPERTY = "shop"

_NEXT = """\
What to type next:
  milepost init -b ecommerce   a file of your own (saas, content, local, ...)
  milepost plan                what it would change; sync carries it out
  milepost report --by device  micro against macro, row by row
  milepost lift                which small steps lead to the big one
  milepost verify              whether every event arrives
  milepost tag --preview       the site's part, to be tried in a browser
All of it on the emulator while id = "demo"; with a GA4 property of yours, on Google."""


def demo() -> None:
    """Take the whole tour on the embedded emulator: plan, sync, plan again, report. Needs no account."""
    from milepost.cli.console import stdout
    from milepost.cli.sync import sync_all
    from milepost.cli.synced import print_synced
    from milepost.operations.demo import demo_session
    from milepost.operations.outcome import Failure
    from milepost.operations.report import report_properties
    from milepost.operations.sync import plan_properties
    from milepost.render.plan.text import print_plan
    from milepost.render.report.text import render_report_text
    from milepost.reports.period import LastDays

    console = stdout()
    with demo_session() as (file, session):
        _step(console, 1, "plan: what the file asks for and GA4 does not have yet")
        (plan,) = plan_properties(file, [_PROPERTY], session)
        if isinstance(plan, Failure):
            raise plan.error
        print_plan(console, plan)
        _step(console, 2, "sync: make it so")
        (synced,) = sync_all(file, [plan], session)
        print_synced(synced)
        if isinstance(synced, Failure) or not synced.complete:
            raise typer.Exit(1)
        _step(console, 3, "plan again: nothing to do")
        (again,) = plan_properties(file, [_PROPERTY], session)
        if isinstance(again, Failure):
            raise again.error
        print_plan(console, again)
        _step(console, 4, "report: the last 28 days, micro against macro")
        (report,) = report_properties(file, [_PROPERTY], session, LastDays())
        if isinstance(report, Failure):
            raise report.error
        render_report_text([report], console)
    console.print()
    console.print(_NEXT, soft_wrap=True)


def _step(console: Console, number: int, words: str) -> None:
    console.print()
    console.rule(f"{number}. {words}", align="left", style="cyan")
