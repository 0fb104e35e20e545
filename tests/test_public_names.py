"""The public face of the package is decided, not grown."""

from __future__ import annotations

from pathlib import Path

import milepost


def test_every_public_name_can_be_imported() -> None:
    for name in milepost.__all__:
        assert getattr(milepost, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(milepost, "pull_properties")


def test_the_operations_work_as_a_library(tmp_path: Path) -> None:
    path = tmp_path / "conversions.toml"
    path.write_text(
        'version = 1\n[properties.shop]\nid = "demo"\nbusiness_types = ["ecommerce"]\n'
        "[business_types.ecommerce.macro.purchase]\n",
        encoding="utf-8",
    )
    file = milepost.load_file(path)
    with milepost.Session("edit", {"MILEPOST_STATE_DIR": str(tmp_path)}) as session:
        (plan,) = milepost.plan_properties(file, [], session)
        (report,) = milepost.report_properties(file, ["shop"], session, milepost.LastDays(7))
    assert isinstance(plan, milepost.Plan)
    assert plan.in_sync
    assert isinstance(report, milepost.PropertyReport)
    assert report.period.days == 7
    assert report.current.macro.users > 0
