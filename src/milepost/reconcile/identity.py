"""Which fields make the identity of a kind, found out by asking for one."""

from __future__ import annotations

from milepost.reconcile.kinds import Kind


class _Asked(dict[str, str]):
    """Fields that hold their own names, and remember which were looked at."""

    def __missing__(self, name: str) -> str:
        self[name] = f"<{name}>"
        return self[name]


def identity_pattern(kind: Kind) -> str:
    """The identity as `[absent]` writes it, fields in angle brackets: `<scope>:<parameter_name>`."""
    return kind.identity(_Asked())


def identity_fields(kind: Kind) -> frozenset[str]:
    """GA4's names of the fields that make the identity; empty for what exists once."""
    asked = _Asked()
    kind.identity(asked)
    return frozenset(asked)
