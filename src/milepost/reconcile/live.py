"""Reading what a property holds now: two rounds of parallel calls, however much the file declares."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from milepost.errors import InputError, RemoteError
from milepost.gateways.admin import AdminGateway
from milepost.model.declared import DeclaredProperty
from milepost.model.resources import HistoryEntry, PropertyFacts, Resource, Stream
from milepost.reconcile.kinds import KINDS, Kind

_AT_ONCE = 16


@dataclass(frozen=True)
class Live:
    """A property as it is now.

    `stream` is the web stream the file means; None when there is none to mean. `resources` are by kind
    name; a kind that the file does not need and that could not be read stands in `unread` with the reason.
    `history` is what happened to them, newest first, or why it is not known; None when nobody asked.
    """

    facts: PropertyFacts
    stream: Stream | None
    resources: Mapping[str, tuple[Resource, ...]]
    unread: Mapping[str, str] = field(default_factory=dict)
    history: tuple[HistoryEntry, ...] | str | None = None

    def parent_of(self, kind: Kind) -> str:
        """Resource name under which things of this kind live."""
        if kind.type.parent == "property":
            return f"properties/{self.facts.id}"
        return self.stream.name if self.stream else ""


def read_live(
    gateway: AdminGateway,
    declared: DeclaredProperty,
    property_id: str,
    *,
    facts: PropertyFacts | None = None,
    with_history: bool = False,
    everything: bool = False,
) -> Live:
    """The property's settings, its web stream, and the resources of every kind.

    On request the change history too, and `everything`: also what the file does not ask about. `facts` that
    were read a moment ago save the reading of them.

    History is read beside the second round instead of after it: whether it is needed shows only then, and
    a person waiting for a plan should not wait for a third round.

    Raises:
        RemoteError: something that the file needs could not be read.
        InputError: rules are declared and it is not clear for which web stream.
    """
    parent = f"properties/{property_id}"
    wanted = {kind.name: _is_wanted(kind, declared) for kind in KINDS}
    # A singleton holds nothing that somebody else could have put there: unless the file needs it, skip it.
    kinds = [kind for kind in KINDS if everything or wanted[kind.name] or not kind.type.singleton]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        settings = pool.submit(lambda: facts or gateway.read_property(property_id))
        streams = pool.submit(gateway.read_web_streams, property_id)
        reading = {
            k.name: pool.submit(gateway.read_resources, k.type, parent)
            for k in kinds
            if k.type.parent == "property"
        }
        stream = choose_stream(declared, streams.result())
        if stream is not None:
            of_stream = [k for k in kinds if k.type.parent == "stream"]
            reading |= {k.name: pool.submit(gateway.read_resources, k.type, stream.name) for k in of_stream}
        history = pool.submit(_read_history, gateway, settings.result()) if with_history else None
        resources, unread = _collect(reading, wanted)
        return Live(settings.result(), stream, resources, unread, history.result() if history else None)


def _is_wanted(kind: Kind, declared: DeclaredProperty) -> bool:
    """Whether the file cannot do without knowing the live ones of this kind."""
    return any(True for _ in kind.desired(declared)) or bool(declared.absent.of(kind.section))


def _collect(
    reading: Mapping[str, Future[tuple[Resource, ...]]], wanted: Mapping[str, bool]
) -> tuple[dict[str, tuple[Resource, ...]], dict[str, str]]:
    """Results by kind. GA4 fails for good on some kinds of some properties: that must not stop the rest."""
    resources: dict[str, tuple[Resource, ...]] = {kind.name: () for kind in KINDS}
    unread = {}
    for name, future in reading.items():
        try:
            resources[name] = future.result()
        except RemoteError as error:
            if wanted[name]:
                raise
            unread[name] = str(error)
    return resources, unread


def _read_history(gateway: AdminGateway, facts: PropertyFacts) -> tuple[HistoryEntry, ...] | str:
    """The history of all kinds, or why it cannot be had: a plan is worth something without it."""
    try:
        return gateway.read_history(facts, [kind.type for kind in KINDS])
    except RemoteError as error:
        return str(error)


def choose_stream(declared: DeclaredProperty, streams: tuple[Stream, ...]) -> Stream | None:
    """The one the file names, or the only one; None when rules are not declared and nothing is named."""
    place = f"properties.{declared.name}.stream"
    known = ", ".join(f'"{s.default_uri}"' for s in streams) or "none"
    if declared.stream is not None:
        chosen = [
            s for s in streams if declared.stream in _names(s) or _same_site(declared.stream, s.default_uri)
        ]
        if len(chosen) != 1:
            found = "no web stream" if not chosen else f"{len(chosen)} web streams"
            raise InputError(
                place,
                f'{found} of property {declared.id} answer to "{declared.stream}"',
                f"Its web streams: {known}. A measurement id (G-…) or the stream's number works too.",
            )
        return chosen[0]
    if len(streams) == 1:
        return streams[0]
    if any(_is_wanted(kind, declared) for kind in KINDS if kind.type.parent == "stream"):
        found = "has no web stream" if not streams else f"has {len(streams)} web streams"
        remedy = "Make one in GA4 first." if not streams else f"Add stream = …, one of: {known}."
        raise InputError(place, f"property {declared.id} {found}, and rules belong to one", remedy)
    return None


def _names(stream: Stream) -> tuple[str, ...]:
    return stream.name, stream.name.rpartition("/")[2], stream.measurement_id


def _same_site(written: str, uri: str) -> bool:
    return written.rstrip("/").lower() == uri.rstrip("/").lower()
