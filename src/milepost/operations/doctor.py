"""doctor: what stands between a command and its properties, each thing with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from milepost.errors import InputError, RemoteError
from milepost.gateways.admin import AdminGateway
from milepost.gateways.connection import Connection
from milepost.gateways.probe import Probe, QuotaLeft, lacks_role
from milepost.model.declared import DeclaredProperty
from milepost.model.diagnosis import Check, Diagnosis, PropertyChecks
from milepost.model.load import ConversionsFile
from milepost.model.resources import PropertyFacts, Stream
from milepost.operations.outcome import Failure, each_property
from milepost.operations.session import Session
from milepost.operations.sign_in import SignIn, failed
from milepost.reconcile.live import choose_stream

Value = TypeVar("Value")

_FEW = 0.1
"""Less of a quota than this share is worth a warning."""

_STANDARD_TOKENS = QuotaLeft(day=200_000, hour=40_000, project_hour=14_000, concurrent=10, server_errors=10)
"""A property of Analytics 360 has ten times the tokens.

Source: https://developers.google.com/analytics/devguides/reporting/data/v1/quotas
"""


def diagnose(file: ConversionsFile, names: Sequence[str], session: Session) -> Diagnosis:
    """Looks at the sign-in once, and at each property asked for (none: all). Changes nothing.

    Args:
        file: the conversions file.
        names: of properties in it.
        session: one for reading is enough, and all that is used.

    Raises:
        InputError: a name that the file does not have.
    """
    sign_in, rights = SignIn(), _EditRights()

    def examine(declared: DeclaredProperty) -> PropertyChecks:
        connection, property_id = session.reach(declared)
        if connection.emulator is None and not sign_in.works(connection):
            checks: tuple[Check, ...] = (Check("property", "skipped", "not asked, for want of a sign-in"),)
            return PropertyChecks(declared.name, property_id, "", None, checks)
        return _Examination(connection, declared, property_id, rights, sign_in.email).result()

    results = each_property(file, names, examine, session)
    found = tuple(_unreached(result) if isinstance(result, Failure) else result for result in results)
    return Diagnosis(sign_in.identity, sign_in.checks, found)


def _unreached(failure: Failure) -> PropertyChecks:
    """A property whose id cannot be told, or whose emulator does not answer."""
    finding = f"{failure.error.place}: {failure.error.cause}"
    check = Check("property", "failed", finding, failure.error.remedy)
    return PropertyChecks(failure.name, failure.property, "", None, (check,))


class _EditRights:
    """Account summaries, read once per connection: they tell of every property at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read: dict[Connection, dict[str, bool] | RemoteError] = {}

    def of(self, connection: Connection) -> dict[str, bool] | RemoteError:
        with self._lock:
            if connection not in self._read:
                self._read[connection] = _tried(Probe(connection).read_edit_rights)
            return self._read[connection]


def _tried(ask: Callable[[], Value]) -> Value | RemoteError:
    try:
        return ask()
    except RemoteError as error:
        return error


class _Examination:
    """One property: everything is asked side by side, then told in the order in which things go wrong."""

    def __init__(
        self,
        connection: Connection,
        declared: DeclaredProperty,
        property_id: str,
        rights: _EditRights,
        email: str,
    ) -> None:
        self._declared, self._id, self._emulator = declared, property_id, connection.emulator
        self._email = email or "the signed-in account"
        gateway, probe = AdminGateway(connection), Probe(connection)
        with ThreadPoolExecutor(4) as pool:
            facts = pool.submit(_tried, lambda: gateway.read_property(property_id))
            streams = pool.submit(_tried, lambda: gateway.read_web_streams(property_id))
            quota = pool.submit(_tried, lambda: probe.read_quota(property_id))
            seen = pool.submit(rights.of, connection)
        self._facts: PropertyFacts | RemoteError = facts.result()
        self._streams: tuple[Stream, ...] | RemoteError = streams.result()
        self._quota: QuotaLeft | RemoteError = quota.result()
        self._rights = seen.result()

    def result(self) -> PropertyChecks:
        name = "" if isinstance(self._facts, RemoteError) else self._facts.display_name
        return PropertyChecks(self._declared.name, self._id, name, self._emulator, tuple(self._checks()))

    def _checks(self) -> Iterator[Check]:
        yield self._admin_api()
        yield self._role()
        yield self._stream()
        yield self._data_api()
        yield self._quota_left()

    @property
    def _without_role(self) -> bool:
        return isinstance(self._facts, RemoteError) and lacks_role(self._facts)

    def _admin_api(self) -> Check:
        if isinstance(self._facts, RemoteError) and not self._without_role:
            return failed("Admin API", self._facts)
        return Check("Admin API", "ok", "answers")

    def _role(self) -> Check:
        access = (
            f"https://analytics.google.com/analytics/web/#/p{self._id}/admin/suiteusermanagement/property"
        )
        if self._without_role:
            return Check(
                "role",
                "failed",
                f"none on property {self._id}, or there is no such property: Google answers both alike",
                f"Check the id; then have {self._email} added as Viewer, or as Editor for sync: {access}",
            )
        if isinstance(self._facts, RemoteError):
            return Check("role", "skipped", "not known")
        if isinstance(self._rights, RemoteError):
            return Check("role", "warning", f"may read; not known whether more ({self._rights.cause})")
        if self._rights.get(self._id):
            return Check("role", "ok", "may edit: enough for plan, report and sync")
        return Check(
            "role",
            "warning",
            "may read: enough for plan and report, not for sync",
            f"For sync, make {self._email} an Editor: {access}",
        )

    def _stream(self) -> Check:
        if isinstance(self._facts, RemoteError):
            return Check("stream", "skipped", "not known")
        if isinstance(self._streams, RemoteError):
            return failed("stream", self._streams)
        try:
            chosen = choose_stream(self._declared, self._streams)
        except InputError as error:
            return Check("stream", "failed", error.cause, error.remedy)
        if chosen is not None:
            return Check("stream", "ok", f"{chosen.measurement_id} {chosen.default_uri}".strip())
        if self._streams:
            finding = f"{len(self._streams)} web streams, and nothing in the file needs one of them"
            return Check("stream", "ok", finding)
        address = f"https://analytics.google.com/analytics/web/#/p{self._id}/admin/streams/table/"
        return Check(
            "stream", "warning", "no web stream: no events come in from a site", f"Add one: {address}"
        )

    def _data_api(self) -> Check:
        if not isinstance(self._quota, RemoteError):
            return Check("Data API", "ok", "answers")
        if self._without_role and lacks_role(self._quota):
            return Check("Data API", "skipped", "answers, but tells nothing without a role")
        return failed("Data API", self._quota)

    def _quota_left(self) -> Check:
        if isinstance(self._quota, RemoteError):
            return Check("quota", "skipped", "not known")
        left = self._quota
        finding = (
            f"{left.project_hour:,} tokens for this project and {left.hour:,} for all this hour, "
            f"{left.day:,} today; {left.concurrent} at once"
        )
        times = 10 if isinstance(self._facts, PropertyFacts) and self._facts.service_level == "360" else 1
        shares = {
            "day": left.day / (_STANDARD_TOKENS.day * times),
            "hour": left.hour / (_STANDARD_TOKENS.hour * times),
            "hour for this project": left.project_hour / (_STANDARD_TOKENS.project_hour * times),
        }
        scarce, share = min(shares.items(), key=lambda item: item[1])
        if share >= _FEW:
            return Check("quota", "ok", finding)
        refill = "midnight Pacific time" if scarce == "day" else "the next full hour"
        return Check(
            "quota",
            "failed" if share <= 0 else "warning",
            f"{finding}: the {scarce} is {'used up' if share <= 0 else 'almost used up'}",
            f"Wait until {refill}, or report on fewer days and fewer conversions.",
        )
