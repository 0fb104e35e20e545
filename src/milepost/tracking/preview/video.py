"""A video for the page to play: four seconds of silence, which a `<video>` element takes as well."""

from __future__ import annotations

import io
import wave

_SECONDS = 4
_RATE = 8000


def silent_video() -> bytes:
    """The bytes of a WAV file."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(_RATE)
        # Of samples of one byte, the middle is silence.
        sound.writeframes(b"\x80" * (_SECONDS * _RATE))
    return target.getvalue()
