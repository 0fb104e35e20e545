"""milepost check."""

from __future__ import annotations

from milepost.cli.options import ConfigOption


def check(config: ConfigOption = None) -> None:
    """Show every problem of the file at once, with path, line and remedy. Talks to nobody."""
    from milepost.cli.console import stderr, stdout
    from milepost.model.load import find_file, load_file
    from milepost.render.problems_text import print_problems
    from milepost.render.words import counted

    file = load_file(find_file(config))
    if file.warnings:
        print_problems(stderr(), str(file.path), file.warnings)
    document = file.document
    conversions = sum(len(list(t.conversions())) for t in document.business_types.values())
    stdout().print(
        f"{file.path}: no errors in {counted(len(document.properties), 'property')}, "
        f"{counted(len(document.business_types), 'business type')}, {counted(conversions, 'conversion')}.",
        soft_wrap=True,
    )
