"""What is wrong with a fault that somebody asked for."""

from __future__ import annotations


class FaultError(ValueError):
    """A rule, quota or file that cannot be; `str()` names the place, the cause and the remedy."""
