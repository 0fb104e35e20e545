"""`milepost verify --send-test`: over real HTTP to the emulator, and what becomes of its secret."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import grpc
import pytest
from google.analytics import admin_v1beta
from google.analytics.admin_v1beta.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport,
)
from jsonschema import Draft202012Validator
from syrupy.assertion import SnapshotAssertion

import milepost as milepost_library
from milepost.emulator.admin import ExtraProperty, add_property
from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from milepost.emulator.switches import Switches
from milepost.render.schemas import view_schema

from .conftest import NOW, Milepost

FILE = """\
version = 1

[properties.crm]
id = "4711"
business_types = ["leads"]
currency = "EUR"

[business_types.leads]
label = "Leads"

[business_types.leads.macro.close_convert_lead]
label = "Lead became a customer"
sent_by = "server"
parameters = ["value"]

[business_types.leads.micro.webinar_attend]
label = "Attended a webinar"
sent_by = "server"
parameters = ["webinar_name"]
send = { webinar_name = { value = "Spring" } }

[business_types.leads.micro.demo_watched]
label = "Watched the demo"
"""
HIDDEN = "a-secret that +needs% quoting"
NOTHING_BY_SERVERS = FILE.replace('sent_by = "server"\n', "")


@dataclass(frozen=True)
class Crm:
    """A property without history whose events a server sends."""

    emulator: Emulator
    secret: str

    def sent(self) -> list[tuple[str, str]]:
        return [(hit.fate, hit.events[0].name) for hit in self.emulator.hits]


@pytest.fixture
def crm(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crm]:
    (workdir / "conversions.toml").write_text(FILE)
    monkeypatch.delenv("GA4_API_SECRET", raising=False)
    with Emulator(clock=Clock(NOW), switches=Switches(user_data_acknowledged=True)) as running:
        add_property(running.store, running.clock, ExtraProperty("4711"))
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", running.address)
        monkeypatch.setenv("MILEPOST_MEASUREMENT_HOST", running.collect_address)
        with grpc.insecure_channel(running.address) as channel:
            client = admin_v1beta.AnalyticsAdminServiceClient(
                transport=AnalyticsAdminServiceGrpcTransport(channel=channel)
            )
            (stream,) = client.list_data_streams(parent="properties/4711")
            made = client.create_measurement_protocol_secret(
                parent=stream.name,
                measurement_protocol_secret=admin_v1beta.MeasurementProtocolSecret(display_name="CRM"),
            )
        yield Crm(running, made.secret_value)


def test_good_events_pass_and_are_not_counted(
    crm: Crm, milepost: Milepost, snapshot: SnapshotAssertion
) -> None:
    ran = milepost("verify", "--send-test")
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout == snapshot
    assert crm.sent() == []


def test_events_sent_for_real_are_seen(crm: Crm, milepost: Milepost, snapshot: SnapshotAssertion) -> None:
    ran = milepost("verify", "--send-test", "--for-real")
    assert ran.code == 0
    assert ran.stdout == snapshot
    assert crm.sent() == [("collected", "close_convert_lead"), ("collected", "webinar_attend")]
    (_, webinar) = crm.emulator.hits
    parameters = dict(webinar.events[0].parameters)
    assert (parameters["webinar_name"], parameters["debug_mode"]) == ("Spring", 1)


def test_second_run_waits_for_its_own_events(crm: Crm, milepost: Milepost) -> None:
    # A secret of another stream: Google accepts the request and drops it.
    assert milepost("verify", "--send-test", "--for-real").code == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GA4_API_SECRET", HIDDEN)
        ran = milepost("verify", "--send-test", "--for-real", "--timeout", "0", "--format", "json")
    Draft202012Validator(view_schema("send_test")).validate(ran.json)
    assert ran.code == 3
    assert [test["arrival"] for test in ran.json["properties"][0]["events"]] == ["not_seen", "not_seen"]


def test_secret_of_the_environment_goes_before_that_of_ga4(
    crm: Crm, milepost: Milepost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GA4_API_SECRET", crm.secret)
    assert milepost("verify", "--send-test", "--for-real").code == 0
    assert crm.emulator.calls.count("ListMeasurementProtocolSecrets") == 0


def test_every_message_is_told_with_its_remedy(
    crm: Crm, milepost: Milepost, workdir: Path, snapshot: SnapshotAssertion
) -> None:
    bad = FILE.replace("webinar_attend", "app_update").replace('["value"]', '["currency"]')
    (workdir / "conversions.toml").write_text(f'{bad}sent_by = "server"\n')
    ran = milepost("verify", "--send-test", "--for-real")
    assert ran.code == 3
    assert ran.stdout == snapshot
    # What is not good is not sent.
    assert crm.sent() == [("collected", "demo_watched")]


def test_json_holds_all_of_it(crm: Crm, milepost: Milepost) -> None:
    ran = milepost("verify", "--send-test", "--event", "webinar_attend", "--format", "json")
    Draft202012Validator(view_schema("send_test")).validate(ran.json)
    (found,) = ran.json["properties"]
    (test,) = found["events"]
    assert (ran.json["format_version"], found["passed"], found["sent"]) == (1, True, False)
    assert test == {
        "event": "webinar_attend",
        "label": "Attended a webinar",
        "passed": True,
        "parameters": {"webinar_name": "Spring"},
        "messages": [],
        "arrival": None,
    }
    assert "shape alone" in ran.json["notes"][0]


def test_nothing_sent_by_servers_is_said(crm: Crm, milepost: Milepost, workdir: Path) -> None:
    (workdir / "conversions.toml").write_text(NOTHING_BY_SERVERS)
    ran = milepost("verify", "--send-test")
    assert (ran.code, ran.stdout) == (0, 'crm: nothing to try, for no conversion has sent_by = "server".\n')


def test_stream_without_secret_can_be_validated_but_not_sent_to(
    crm: Crm, milepost: Milepost, workdir: Path
) -> None:
    (workdir / "conversions.toml").write_text(FILE.replace("4711", "100000005"))
    ran = milepost("verify", "--send-test")
    assert ran.code == 0
    assert "no server can send to it yet" in ran.stdout
    ran = milepost("verify", "--send-test", "--for-real")
    assert ran.code == 1
    assert "GA4_API_SECRET" in ran.stderr


def test_demo_needs_no_address_and_no_secret(milepost: Milepost, workdir: Path) -> None:
    demo = FILE.replace('"4711"', '"demo"').replace('["leads"]', '["local"]')
    (workdir / "conversions.toml").write_text(demo.replace("types.leads", "types.local"))
    assert milepost("verify", "--send-test", "--for-real", "--event", "webinar_attend").code == 0


def test_emulator_without_collect_address_is_no_reason_to_call_google(
    crm: Crm, milepost: Milepost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MILEPOST_MEASUREMENT_HOST")
    ran = milepost("verify", "--send-test")
    assert ran.code == 1
    assert "error: MILEPOST_MEASUREMENT_HOST: is not set" in ran.stderr


@pytest.mark.parametrize(
    "argv",
    [
        ("--for-real",),
        ("--send-test", "--wait"),
        ("--send-test", "--timeout", "5"),
        ("--send-test", "--days", "7"),
        ("--send-test", "--format", "csv"),
        ("--send-test", "--format", "html"),
        ("--send-test", "--output", "x"),
        ("--send-test", "--reads-per-minute", "5"),
        ("--wait", "--for-real"),
        ("--send-test", "--event", "nothing"),
    ],
)
def test_options_that_make_no_sense_together_are_refused(
    crm: Crm, milepost: Milepost, argv: tuple[str, ...]
) -> None:
    ran = milepost("verify", *argv)
    assert ran.code == 1
    assert ran.stderr.startswith("error: --")
    assert "Traceback" not in ran.stderr
    assert crm.sent() == []


class _Answers(BaseHTTPRequestHandler):
    """Answers every request the same, and remembers where each went."""

    def do_POST(self) -> None:
        server: Any = self.server
        server.paths.append(self.path)
        self.rfile.read(int(self.headers["Content-Length"]))
        if server.status is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(server.body)))
        self.end_headers()
        self.wfile.write(server.body)

    do_GET = do_POST  # noqa: N815 - http.server's name

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def answering(status: int | None, body: bytes = b"") -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.status, server.body, server.paths = status, body, []
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


FAILURES = [
    pytest.param(302, b"", "answered with status 302", id="redirect"),
    pytest.param(500, b"secret?", "answered with status 500", id="broken"),
    pytest.param(None, b"", "MILEPOST_MEASUREMENT_HOST", id="hung-up"),
    pytest.param(200, b"<html>", "something else than validation messages", id="page"),
    pytest.param(200, b"[]", "something else than validation messages", id="list"),
    pytest.param(200, b'{"validationMessages": [1]}', "something else", id="number"),
]


@pytest.mark.parametrize(("status", "body", "told"), FAILURES)
def test_failures_are_told_once_tried_and_without_the_secret(
    crm: Crm,
    milepost: Milepost,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    status: int | None,
    body: bytes,
    told: str,
) -> None:
    monkeypatch.setenv("GA4_API_SECRET", HIDDEN)
    caplog.set_level("DEBUG")
    with answering(status, body) as server:
        monkeypatch.setenv("MILEPOST_MEASUREMENT_HOST", f"127.0.0.1:{server.server_address[1]}")
        ran = milepost("verify", "--send-test", "--for-real", "--event", "webinar_attend")
    assert ran.code == 1
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(server.paths) == 1
    for shown in (ran.stdout, ran.stderr, caplog.text, *server.paths):
        assert not any(part in shown for part in ("a-secret", "a-secret+that"))


def test_sending_is_not_repeated_and_hides_the_secret(
    crm: Crm, milepost: Milepost, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("GA4_API_SECRET", HIDDEN)
    caplog.set_level("DEBUG")
    with answering(200, b'{"validationMessages": []}') as server:
        # Validation is answered; what is to be counted is not.
        answer = _Answers.do_POST

        def hang_up(self: _Answers) -> None:
            server.status = 200 if self.path.startswith("/debug/") else None
            answer(self)

        monkeypatch.setattr(_Answers, "do_POST", hang_up)
        monkeypatch.setenv("MILEPOST_MEASUREMENT_HOST", f"127.0.0.1:{server.server_address[1]}")
        ran = milepost("verify", "--send-test", "--for-real", "--event", "webinar_attend")
    assert ran.code == 1
    assert "It was not sent again" in ran.stderr
    assert [path.partition("?")[0] for path in server.paths] == ["/debug/mp/collect", "/mp/collect"]
    assert "api_secret=a-secret+that+%2Bneeds%25+quoting" in server.paths[1]
    assert not any("a-secret" in shown for shown in (ran.stdout, ran.stderr, caplog.text))


def test_closed_port_is_told_without_a_traceback(
    crm: Crm, milepost: Milepost, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("MILEPOST_MEASUREMENT_HOST", f"127.0.0.1:{port}")
    ran = milepost("verify", "--send-test")
    assert ran.code == 1
    assert f"error: http://127.0.0.1:{port}/debug/mp/collect: " in ran.stderr


@pytest.mark.parametrize(
    "written",
    [
        "nothing",
        "ftp://a.example",
        "https://a.example/path",
        "127.0.0.1:99999",
        "https://u:p@a.example",
        "a b:1",
    ],
)
def test_other_addresses_are_refused_unshown(
    crm: Crm, milepost: Milepost, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("MILEPOST_MEASUREMENT_HOST", written)
    ran = milepost("verify", "--send-test")
    assert ran.code == 1
    assert "error: MILEPOST_MEASUREMENT_HOST: holds no address" in ran.stderr
    assert written not in ran.stderr


def test_library_tries_events_with_an_environment_of_its_own(crm: Crm, workdir: Path) -> None:
    file = milepost_library.load_file(workdir / "conversions.toml")
    environ = {
        "ANALYTICS_EMULATOR_HOST": crm.emulator.address,
        "MILEPOST_MEASUREMENT_HOST": crm.emulator.collect_address,
        "GA4_API_SECRET": HIDDEN,
    }
    with milepost_library.Session("read", environ) as session:
        (tests,) = milepost_library.try_server_events(
            file, ["crm"], session, for_real=True, timeout=0, environ=environ
        )
    assert isinstance(tests, milepost_library.ServerTests)
    assert [test.arrival for test in tests.tests] == ["not_seen", "not_seen"]
    assert {fate for fate, _ in crm.sent()} == {"wrong_secret"}
    assert HIDDEN not in repr(tests)
