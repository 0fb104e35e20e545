"""How one call to the Admin API is made: within the quota, and again only where that can do no harm."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from google.api_core import exceptions as google

from milepost.gateways.pacing import Pacer
from milepost.gateways.translate import is_sign_in_failure, quota_refusal

_PASSING = (google.ServiceUnavailable, google.InternalServerError, google.DeadlineExceeded)

_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 8.0

TROUBLE = 45.0
"""Seconds that one read may spend on errors that pass, its own deadlines included."""


class Calls:
    """Goes where Google's clients take `retry`, so that every call passes through it, each page of a list.

    Errors that pass (UNAVAILABLE, INTERNAL, DEADLINE_EXCEEDED) are tried again when reading. A write is
    repeated only after a refusal for want of quota, because then it was not carried out.

    Args:
        pacer: shared by everything under one quota.
        write: whether these calls change anything.
    """

    def __init__(self, pacer: Pacer, *, write: bool) -> None:
        self._pacer = pacer
        self._write = write

    def __call__(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call as it is to be made.

        Raises:
            HaltedError: the pacer was told to stop; the call was not made, or is not made again.
            GoogleAPICallError: the last answer, when there is no use in going on.
        """

        def paced(*args: Any, **kwargs: Any) -> Any:
            pauses = _pauses()
            trouble = 0.0
            while True:
                self._pacer.take(write=self._write)
                began = self._pacer.clock()
                try:
                    answer = call(*args, **kwargs)
                except google.GoogleAPICallError as error:
                    if self._is_refused(error):
                        continue
                    pause = next(pauses)
                    trouble += self._pacer.clock() - began + pause
                    if self._write or not _passes(error) or trouble > TROUBLE:
                        raise
                    self._pacer.wait(pause)
                else:
                    self._pacer.accepted()
                    return answer

        return paced

    def _is_refused(self, error: google.GoogleAPICallError) -> bool:
        """Whether it is for want of a quota that will be there in a while, and worth waiting for."""
        refusal = quota_refusal(error)
        if refusal is None or refusal.daily:
            return False
        return self._pacer.refused(refusal.retry_after)


def _passes(error: google.GoogleAPICallError) -> bool:
    return isinstance(error, _PASSING) and not is_sign_in_failure(error)


def _pauses() -> Iterator[float]:
    """Seconds before each further attempt: longer each time, and somewhat at random."""
    pause = _FIRST_PAUSE
    while True:
        yield pause * random.uniform(0.5, 1.0)  # noqa: S311 - nothing secret
        pause = min(pause * 2, _LONGEST_PAUSE)
