"""The `milepost` command: runs it, prints errors meant for a person, and turns them into exit codes."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

from milepost.errors import ConfigError, MilepostError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: arguments without the program's name; the process's own by default.

    Returns:
        The exit code: 0 done, 1 failed, 2 usage, 3 changes pending or a bar missed, 130 interrupted.
        Errors that are not meant for a person, which are bugs, pass through with their traceback.
    """
    from milepost.cli.app import app

    for stream in (sys.stdout, sys.stderr):
        # A name in an alphabet that the terminal cannot show must not end a sync in a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app(args=None if argv is None else list(argv), prog_name="milepost")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(bool(stop.code))
    except KeyboardInterrupt:
        return 130
    except MilepostError as error:
        _print_error(error)
        return 1
    return 0


def _print_error(error: MilepostError) -> None:
    from milepost.cli.console import stderr
    from milepost.render.failure_text import print_failure
    from milepost.render.problems_text import print_problems

    if isinstance(error, ConfigError):
        print_problems(stderr(), error.file, error.problems)
    else:
        print_failure(stderr(), error)


if __name__ == "__main__":
    sys.exit(main())
