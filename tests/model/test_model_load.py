from __future__ import annotations

import os
from pathlib import Path

import pytest

from milepost.errors import ConfigError, InputError
from milepost.model.load import FILE_NAME, find_file, load_file, selected

SOUND = '[properties.a]\nid = "demo"\nbusiness_types = ["b"]\n[business_types.b.macro.purchase]\n'


def write(folder: Path, content: bytes, name: str = FILE_NAME) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"version = 1 # \x00", "is a binary file"),
        (b"version = 1\nlabel = \xe9t\xe9", r"is not UTF-8 text \(line 2\)"),
        (b"\x7fELF\x02\x01\xff\xfe", "is not UTF-8 text"),
        ("version = 1".encode("utf-16"), "is not UTF-8 text"),
        (b"#" * (4 * 1024 * 1024 + 1), "is 4 MiB large"),
        (b"#" * (9 * 1024 * 1024), "is 9 MiB large"),
    ],
    ids=["NUL", "latin-1", "program", "utf-16", "a byte too large", "too large"],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, cause: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(InputError, match=cause) as caught:
        load_file(path)
    assert caught.value.place == str(path)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "content", [b"", b" \n\t\n", b"\xef\xbb\xbf", b"# only words\n", b"version = 1", b"[a"]
)
def test_what_is_no_conversions_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path, content)
    with pytest.raises(ConfigError) as caught:
        load_file(path)
    assert caught.value.file == str(path)
    assert caught.value.problems


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    text = f"version = 1\n{SOUND}".encode()
    filled = write(tmp_path, text + b"#" * (4 * 1024 * 1024 - len(text)))
    assert list(load_file(filled).document.properties) == ["a"]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["unix", "windows"])
def test_marks_and_line_ends_of_other_systems_change_nothing(tmp_path: Path, mark: bytes, end: bytes) -> None:
    text = f"version = 1\n{SOUND}zzz = 1\n".encode()
    with pytest.raises(ConfigError) as caught:
        load_file(write(tmp_path, mark + text.replace(b"\n", end)))
    assert [p.line for p in caught.value.problems] == [6]


def test_warnings_do_not_keep_a_file_from_being_used(tmp_path: Path) -> None:
    extra = '[business_types.b.micro.step]\nparameters = ["plan"]\n'
    file = load_file(write(tmp_path, f"version = 1\n{SOUND}{extra}".encode()))
    assert [w.severity for w in file.warnings] == ["warning"]
    assert file.document.business_types["b"].micro["step"].parameters == ("plan",)


def test_a_folder_cannot_be_read_as_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_file(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="needs a device file")
def test_an_endless_device_is_refused() -> None:
    with pytest.raises(InputError, match="large"):
        load_file(Path("/dev/zero"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_rights_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, b"version = 1")
    path.chmod(0)
    with pytest.raises(InputError, match="Permission denied"):
        load_file(find_file(path))


def test_the_nearest_file_upward_is_found(tmp_path: Path) -> None:
    outer = write(tmp_path, b"")
    inner = tmp_path / "site"
    deep = inner / "src" / "js"
    deep.mkdir(parents=True)
    assert find_file(start=deep) == outer
    nearest = write(inner, b"")
    assert find_file(start=deep) == nearest
    (deep / FILE_NAME).mkdir()  # a folder of that name is no conversions file
    assert find_file(start=deep) == nearest


def test_without_a_file_the_search_says_where_it_began(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"no conversions\.toml here or in any folder above.*milepost init"
    ) as caught:
        find_file(start=tmp_path)
    assert caught.value.place == str(tmp_path.resolve())


def test_a_named_file_goes_before_the_search(tmp_path: Path) -> None:
    write(tmp_path, b"")
    other = write(tmp_path, b"", "other.toml")
    assert find_file(other, start=tmp_path) == other


@pytest.mark.parametrize(
    ("name", "cause"),
    [("missing.toml", "does not exist"), ("", "is a folder.*conversions"), ("x" * 300, "does not exist")],
    ids=["missing", "folder", "name too long"],
)
def test_a_named_file_that_is_none_is_told(tmp_path: Path, name: str, cause: str) -> None:
    with pytest.raises(InputError, match=cause):
        find_file(tmp_path / name)


@pytest.mark.parametrize(
    ("names", "expected"),
    [((), ("a", "b")), (("b",), ("b",)), (("b", "a"), ("a", "b")), (("a", "a"), ("a",))],
)
def test_properties_are_selected_in_the_order_of_the_file(
    names: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert selected(names, ("a", "b"), Path("x")) == expected


def test_an_unknown_property_is_told_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"x: has no property c, d\. It has: a, b\."):
        selected(("c", "a", "d"), ("a", "b"), Path("x"))
