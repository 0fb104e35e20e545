"""doctor against the emulator: every sort of trouble at sign-in, role and quota, each with its remedy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from milepost.__main__ import main
from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import Faults
from milepost.model.diagnosis import Check, Diagnosis
from milepost.operations.sign_in import SignIn

from .conftest import SECRETS, SERVICE_ACCOUNT, Files

FILE = """\
version = 1
[properties.shop]
id = "100000001"
business_types = ["ecommerce"]
[properties.app]
id = "100000002"
business_types = ["saas"]
[business_types.ecommerce.macro.purchase]
label = "Purchase"
[business_types.saas.macro.sign_up]
label = "Sign-up"
"""

Doctor = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def one_emulator() -> Iterator[Emulator]:
    """One for all tests, since its events are made when they are first asked for, which takes a while."""
    with Emulator(faults=Faults()) as running:
        yield running


@pytest.fixture
def emulator(one_emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", one_emulator.address)
    Path("conversions.toml").write_text(FILE, encoding="utf-8")
    yield one_emulator
    one_emulator.faults.clear()


@pytest.fixture
def doctor(emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Runs it for programs; returns the exit code and the document."""

    def run(*names: str) -> tuple[int, Any]:
        code = main(["doctor", *names, "--format", "json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def _of(found: Any, check: str) -> tuple[str, str, str]:
    """Status, finding and remedy of one of the shop's checks."""
    (entry,) = [c for c in found["properties"][0]["checks"] if c["check"] == check]
    return entry["status"], entry["finding"], entry["remedy"] or ""


def test_healthy_properties_are_all_well(doctor: Doctor, emulator: Emulator) -> None:
    code, found = doctor()
    assert code == 0
    assert found["healthy"] is True
    assert found["sign_in"] is None
    assert [p["name"] for p in found["properties"]] == ["shop", "app"]
    assert {c["status"] for p in found["properties"] for c in p["checks"]} == {"ok"}
    assert {p["emulator"] for p in found["properties"]} == {emulator.address}


def test_doctor_looks_only_at_the_properties_named(doctor: Doctor) -> None:
    _, found = doctor("app")
    assert [(p["name"], p["property"]) for p in found["properties"]] == [("app", "100000002")]


def _tokens_left(found: Any) -> int:
    return int(_of(found, "quota")[1].split()[0].replace(",", ""))


def test_doctor_only_reads_and_spends_one_token(doctor: Doctor, emulator: Emulator) -> None:
    before = len(emulator.calls.calls())
    (_, first), (_, second) = doctor("shop"), doctor("shop")
    assert _tokens_left(first) - _tokens_left(second) == 1
    asked = {call.method.rpartition("/")[2] for call in emulator.calls.calls()[before:]}
    assert asked == {"GetProperty", "ListDataStreams", "ListAccountSummaries", "RunReport"}


def test_admin_api_switched_off_gives_the_command_that_switches_it_on(
    doctor: Doctor, emulator: Emulator
) -> None:
    emulator.faults.set("*AnalyticsAdminService*=api_disabled")
    code, found = doctor("shop")
    assert code == 1
    status, finding, remedy = _of(found, "Admin API")
    assert (status, "switched off" in finding) == ("failed", True)
    assert "gcloud services enable analyticsadmin.googleapis.com --project=" in remedy
    assert _of(found, "role")[0] == "skipped"
    assert _of(found, "Data API")[0] == "ok"


def test_data_api_switched_off_fails_alone(doctor: Doctor, emulator: Emulator) -> None:
    emulator.faults.set("RunReport=api_disabled")
    code, found = doctor("shop")
    assert code == 1
    status, _, remedy = _of(found, "Data API")
    assert status == "failed"
    assert "https://console.cloud.google.com/apis/library/analyticsdata.googleapis.com?project=" in remedy
    assert (_of(found, "Admin API")[0], _of(found, "role")[0], _of(found, "quota")[0]) == (
        "ok",
        "ok",
        "skipped",
    )


def test_missing_scope_gives_the_whole_sign_in_command(doctor: Doctor, emulator: Emulator) -> None:
    emulator.faults.set("*=missing_scope")
    code, found = doctor("shop")
    assert code == 1
    for check in ("Admin API", "Data API"):
        status, finding, remedy = _of(found, check)
        assert (status, "lack the scope" in finding) == ("failed", True)
        assert "analytics.readonly,https://www.googleapis.com/auth/analytics.edit" in remedy


def test_expired_token_says_to_sign_in_again(doctor: Doctor, emulator: Emulator) -> None:
    emulator.faults.set("*=expired_token")
    code, found = doctor("shop")
    assert code == 1
    assert "invalid authentication credentials" in _of(found, "Admin API")[1]
    assert "gcloud auth application-default login" in _of(found, "Admin API")[2]


def test_missing_quota_project_is_not_taken_for_an_api_switched_off(
    doctor: Doctor, emulator: Emulator
) -> None:
    emulator.faults.set("*=no_quota_project")
    code, found = doctor("shop")
    assert code == 1
    assert "set-quota-project" in _of(found, "Admin API")[2]
    assert "services enable" not in _of(found, "Admin API")[2]


def test_viewer_is_a_warning_that_names_the_page_of_the_roles(doctor: Doctor, emulator: Emulator) -> None:
    emulator.faults.set("*:100000001=viewer")
    code, found = doctor()
    assert code == 0
    status, finding, remedy = _of(found, "role")
    assert (status, finding) == ("warning", "may read: enough for plan and report, not for sync")
    assert "web/#/p100000001/admin/suiteusermanagement/property" in remedy
    assert {c["status"] for c in found["properties"][1]["checks"]} == {"ok"}


def test_property_without_a_role_fails_at_the_role_and_hides_no_other(
    doctor: Doctor, emulator: Emulator
) -> None:
    emulator.faults.set("*:100000001=no_role")
    code, found = doctor()
    assert code == 1
    assert found["healthy"] is False
    statuses = {c["check"]: c["status"] for c in found["properties"][0]["checks"]}
    assert statuses == {
        "Admin API": "ok",
        "role": "failed",
        "stream": "skipped",
        "Data API": "skipped",
        "quota": "skipped",
    }
    assert "Viewer" in _of(found, "role")[2]
    assert {c["status"] for c in found["properties"][1]["checks"]} == {"ok"}


def test_id_of_no_property_fails_like_a_missing_role(doctor: Doctor) -> None:
    Path("conversions.toml").write_text(FILE.replace("100000001", "999"), encoding="utf-8")
    code, found = doctor("shop")
    assert code == 1
    assert "or there is no such property" in _of(found, "role")[1]


def test_tokens_used_up_fail_with_the_time_they_return(doctor: Doctor, emulator: Emulator) -> None:
    emulator.faults.set("RunReport=tokens_per_hour")
    code, found = doctor("shop")
    assert code == 1
    assert _of(found, "Data API")[0] == "failed"
    assert "will return in under an hour" in _of(found, "Data API")[1]


def test_account_summaries_refused_leave_the_role_unknown(doctor: Doctor, emulator: Emulator) -> None:
    emulator.faults.set("ListAccountSummaries=PERMISSION_DENIED")
    code, found = doctor("shop")
    assert code == 0
    assert _of(found, "role")[:2] == (
        "warning",
        "may read; not known whether more (The caller does not have permission)",
    )


def test_stream_that_is_not_there_names_those_that_are(doctor: Doctor) -> None:
    named = 'id = "100000001"\nstream = "https://other.example"'
    Path("conversions.toml").write_text(FILE.replace('id = "100000001"', named), encoding="utf-8")
    code, found = doctor("shop")
    assert code == 1
    status, finding, remedy = _of(found, "stream")
    assert (status, "https://other.example" in finding) == ("failed", True)
    assert "https://shop.example" in remedy


def test_variable_that_is_not_set_fails_for_its_property_only(doctor: Doctor) -> None:
    Path("conversions.toml").write_text(FILE.replace('"100000001"', '"${NO_SUCH_ID}"'), encoding="utf-8")
    code, found = doctor()
    assert code == 1
    status, finding, _ = _of(found, "property")
    assert (status, "NO_SUCH_ID is not set" in finding) == ("failed", True)
    assert {c["status"] for c in found["properties"][1]["checks"]} == {"ok"}


def test_text_shows_marks_findings_and_remedies(
    emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    emulator.faults.set("*:100000001=viewer", "RunReport:100000002=api_disabled")
    assert main(["doctor"]) == 1
    screen = capsys.readouterr().out
    assert screen.startswith("No property here is at Google: there is nothing to sign in to.\n\nshop · ")
    assert f"property 100000001 · emulator at {emulator.address}\n" in screen
    assert "  ! role          may read: enough for plan and report, not for sync\n" in screen
    assert f"{' ' * 18}→ For sync, make the signed-in account an Editor: https://" in screen
    assert "  ✗ Data API      analyticsdata.googleapis.com is switched off" in screen
    assert screen.endswith("\n\n1 failure, 1 warning.\n")


def test_name_that_the_file_does_not_have_is_an_error(
    emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "nobody"]) == 1
    assert "has no property nobody" in capsys.readouterr().err


# At Google. No call goes out: the sign-in fails before, or asks the loopback server.


@pytest.fixture
def at_google(files: Files, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.chdir(files.folder)
    monkeypatch.delenv("ANALYTICS_EMULATOR_HOST", raising=False)
    Path("conversions.toml").write_text(FILE, encoding="utf-8")
    return files


@pytest.mark.parametrize("output", ["text", "json"])
def test_sign_in_that_fails_is_told_once_and_properties_are_not_asked(
    at_google: Files, capsys: pytest.CaptureFixture[str], output: str
) -> None:
    at_google.tokens.answers["generateAccessToken"] = (403, {"error": {"message": "subject-token"}})
    at_google.use(at_google.federated())
    assert main(["doctor", "--format", output]) == 1
    screen = capsys.readouterr().out
    assert screen.count("roles/iam.workloadIdentityUser") == 1
    assert screen.count("not asked, for want of a sign-in") == 2
    assert not [secret for secret in SECRETS if secret in screen]


def test_federation_without_a_service_account_fails_before_anybody_is_asked(
    at_google: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    at_google.use(at_google.federated(acts_as=None))
    assert main(["doctor", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["sign_in"]
    assert found["identity"]["kind"] == "federated identity"
    assert [(c["check"], c["status"]) for c in found["checks"]] == [("credentials", "failed")]
    assert "service_account:" in found["checks"][0]["remedy"]
    assert at_google.tokens.asked == []


def test_broken_credentials_are_told_with_no_identity(
    at_google: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    at_google.use("1//refresh-token")
    assert main(["doctor", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["sign_in"]
    assert found["identity"] is None
    assert [(c["check"], c["status"]) for c in found["checks"]] == [("credentials", "failed")]
    assert "1//refresh-token" not in json.dumps(found)


def _sign_in() -> SignIn:
    from milepost.gateways.connection import Connection

    sign_in = SignIn()
    with Connection("read") as connection:
        assert sign_in.works(connection)
    return sign_in


def test_sign_in_that_works_tells_account_source_and_scope(at_google: Files) -> None:
    path = at_google.use(at_google.federated())
    found = _sign_in()
    assert found.email == SERVICE_ACCOUNT
    assert found.checks == (
        Check(
            "credentials",
            "ok",
            f"federated service account {SERVICE_ACCOUNT}, through workload identity pool github, "
            f"provider milepost-repo, found in {path} (GOOGLE_APPLICATION_CREDENTIALS)",
        ),
        Check("sign-in", "ok", f"Google gave a token to {SERVICE_ACCOUNT}"),
        Check("scopes", "ok", "analytics.readonly"),
    )


@pytest.mark.parametrize("sort", ["service_account", "federated"])
def test_nothing_secret_is_told_of_a_sign_in_that_works(at_google: Files, sort: str) -> None:
    from milepost.render.doctor.as_json import diagnosis_json

    at_google.use(getattr(at_google, sort)())
    found = _sign_in()
    told = diagnosis_json(Diagnosis(found.identity, found.checks, ()))
    assert SERVICE_ACCOUNT in told
    assert not [secret for secret in SECRETS if secret in told]
