"""Writing the files a command was asked for."""

from __future__ import annotations

from pathlib import Path

from milepost.errors import InputError


def create_file(path: Path, text: str, remedy: str) -> None:
    """Write a new file.

    Raises:
        InputError: there is one already, which is left as it is, or it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise InputError(str(path), "exists already and is left as it is", remedy) from None
    except OSError as error:
        raise InputError(str(path), f"cannot be written ({error.strerror})", remedy) from None


def replace_file(path: Path, text: str) -> None:
    """Write a file whole or not at all: the old one stays until the new one is complete.

    Raises:
        InputError: it cannot be written.
    """
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_text(text, encoding="utf-8", newline="\n")
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        remedy = "Check its rights." if path.parent.is_dir() else f"Make the folder {path.parent} first."
        raise InputError(str(path), f"cannot be written ({error.strerror})", remedy) from None
