"""`report --by experiment` on the brand's experiment, whose truth is known, and on a case by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from tests.functional.conftest import NOW, Milepost

_BRAND = """\
version = 1

[properties.brand]
id = "100000006"
business_types = ["brand"]

[business_types.brand.macro.newsletter_signup]
label = "Subscribed to the newsletter"
from = "page_view"
when = [{ page_location = { contains = "/newsletter/thank-you" } }]

[business_types.brand.micro.comment_submit]
label = "Wrote a comment"

[dimensions.exp_variant_string]
label = "Experiment variant"
"""

_EXPORT = """
create table seen as
select * from (values
    -- user, second, event, arm
    ('a1', 1, 'experience_impression', 'x-one-A'), ('a1', 2, 'comment_submit', null),
    ('a2', 1, 'experience_impression', 'x-one-A'),
    ('a3', 1, 'comment_submit', null), ('a3', 2, 'experience_impression', 'x-one-A'),
    ('b1', 1, 'experience_impression', 'x-one-B'), ('b1', 5, 'comment_submit', null),
    ('b2', 1, 'experience_impression', 'x-one-B'), ('b2', 2, 'experience_impression', 'x-one-A'),
    ('b2', 3, 'comment_submit', null),
    ('c1', 1, 'experience_impression', 'x-two-control'), ('c1', 2, 'experience_impression', 'x-one-B')
) as t (user_id, second, event, arm)
"""


@pytest.fixture(scope="module")
def served() -> Iterator[Emulator]:
    """An emulator for all tests here: its events are drawn once."""
    with Emulator.for_demo() as emulator:
        emulator.clock.set(NOW)
        yield emulator


@pytest.fixture
def brand(served: Emulator, workdir: Path, milepost: Milepost, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The brand's property with the parameter registered."""
    (workdir / "conversions.toml").write_text(_BRAND, encoding="utf-8")
    monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", served.address)
    assert milepost("sync", "--yes").code == 0
    return served


def _of(result: Any, event: str) -> dict[str, Any]:
    (found,) = (c for c in result["conversions"] if c["event"] == event)
    return {arm["arm"]: arm for arm in found["arms"]} | {"needed": found["needed_per_arm"]}


def test_experiment_that_helps_is_seen_once_there_are_enough_users(
    milepost: Milepost, brand: Emulator
) -> None:
    before = brand.calls.by_method()
    run = milepost("report", "--by", "experiment", "--days", "80", "--mde", "50", "--format", "json")
    (result,) = run.json["properties"]
    signups = _of(result, "newsletter_signup")
    recipe, original = signups["site-letter-recipe"], signups["site-letter-original"]
    made = {m: n - before.get(m, 0) for m, n in brand.calls.by_method().items() if n > before.get(m, 0)}

    assert (run.code, result["experiment"], result["arms"][0]) == (0, "site-letter", "site-letter-original")
    assert (original["verdict"], recipe["verdict"]) == ("control", "higher")
    assert min(original["users"], recipe["users"]) >= signups["needed"]
    assert 1.2 < recipe["rate"] / original["rate"] < 2.0  # the truth is 1.6 on one of many decisions
    assert _of(result, "comment_submit")["site-letter-recipe"]["verdict"] != "higher"
    assert result["sample_ratio_p_value"] > 0.001
    assert made == {"data.v1beta/BatchRunReports": 1, "data.v1alpha/RunFunnelReport": 2}


def test_experiment_too_small_for_a_verdict_says_how_much_is_missing(
    milepost: Milepost, brand: Emulator
) -> None:
    run = milepost("report", "--by", "experiment", "--days", "7")
    screen = " ".join(run.stdout.split())

    assert run.code == 0
    assert "users per arm, has" in screen
    assert "too early" in screen
    assert "higher" not in screen
    assert "Before that, there is no verdict" in screen


def test_experiment_has_every_format(milepost: Milepost, brand: Emulator) -> None:
    by = ("report", "--by", "experiment", "--control", "recipe")
    rows = list(csv.DictReader(io.StringIO(milepost(*by, "--format", "csv").stdout)))
    text = milepost(*by, "--format", "markdown").stdout
    page = milepost(*by, "--format", "html").stdout

    assert [row["arm"] for row in rows[:2]] == ["site-letter-recipe", "site-letter-original"]
    assert rows[0]["verdict"] == "control"
    assert "| recipe |" in text
    assert "<td" in page
    assert "original" in page


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--experiment", "nothing"), "Seen in these days: 'site-letter'"),
        (("--control", "C"), "There are: original, recipe"),
        (("--heat",), "does not go with --by experiment"),
        (("--trend", "day"), "--trend: does not go with --by"),
    ],
)
def test_experiment_refuses_what_is_not_there(
    milepost: Milepost, brand: Emulator, options: tuple[str, ...], message: str
) -> None:
    run = milepost("report", "--by", "experiment", *options)

    assert run.code == 1
    assert message in " ".join(run.stderr.split())


def test_options_of_experiments_need_one(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    run = milepost("report", "--by", "channel", "--control", "A")

    assert (run.code, "--control: goes with --by experiment only" in run.stderr) == (1, True)


def test_unregistered_parameter_is_told_with_its_toml(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    run = milepost("report", "--by", "experiment")

    assert run.code == 1
    assert "have [dimensions.exp_variant_string] with label" in " ".join(run.stderr.split())


@pytest.mark.parametrize(
    ("types", "remedy"),
    [("", "Run 'milepost sync'"), ('business_types = ["brand"]', 'business_types, "ecommerce" among them')],
)
def test_declared_but_unregistered_parameter_is_not_to_be_declared_again(
    milepost: Milepost, untouched: Emulator, shop: Path, types: str, remedy: str
) -> None:
    shop.write_text(
        f"{shop.read_text(encoding='utf-8')}\n[business_types.brand.macro.sign_up]\n"
        f"[dimensions.exp_variant_string]\nlabel = 'Arm'\n{types}\n",
        encoding="utf-8",
    )

    run = milepost("report", "--by", "experiment")

    assert (run.code, remedy in " ".join(run.stderr.split())) == (1, True), run.stderr


def test_only_what_follows_the_first_arm_counts(
    milepost: Milepost, workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand: of A (a1, a2, a3) only a1 comments afterwards; of B, b1, b2 and c1, all but c1 do."""
    shop = _BRAND.replace("100000006", "100000001")
    (workdir / "conversions.toml").write_text(shop, encoding="utf-8")
    export = workdir / "events_20260310.parquet"
    _write_export(export)
    with Emulator(events=str(export), clock=Clock(NOW)) as emulator:
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", emulator.address)
        assert milepost("sync", "--yes").code == 0
        run = milepost("report", "--by", "experiment", "--format", "json")
        other = milepost("report", "--by", "experiment", "--experiment", "x-two", "--format", "json")

    assert run.code == 0, run.stderr
    (result,) = run.json["properties"]
    comments = _of(result, "comment_submit")
    figures = {arm: (comments[arm]["users"], comments[arm]["converted"]) for arm in result["arms"]}
    assert (result["experiment"], result["other_experiments"]) == ("x-one", ["x-two"])
    assert figures == {"x-one-A": (3, 1), "x-one-B": (3, 2)}
    assert result["users_in_several_arms"] == 1
    assert any("1 user was shown more than one arm" in note for note in result["notes"])
    assert other.json["properties"][0]["arms"] == ["x-two-control"]
    assert any("Only one arm" in note for note in other.json["properties"][0]["notes"])


def _write_export(path: Path) -> None:
    arm, session = (
        f"{{string_value: {text}, int_value: {number}, "
        "float_value: null::double, double_value: null::double}"
        for text, number in (("arm", "null::bigint"), ("null::varchar", "1::bigint"))
    )
    with duckdb.connect() as connection:
        connection.execute(_EXPORT)
        connection.execute(
            f"""copy (
                select '20260310' as event_date, 1773100800000000 + second * 1000000 as event_timestamp,
                    event as event_name, user_id as user_pseudo_id, true as is_active_user,
                    [{{key: 'exp_variant_string', value: {arm}}}, {{key: 'ga_session_id', value: {session}}}]
                        as event_params
                from seen
            ) to '{path}' (format parquet)"""
        )
