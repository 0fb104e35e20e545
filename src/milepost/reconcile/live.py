"""Reading what a property holds now, in one round of parallel calls (two where rules hang on a stream)."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from milepost.errors import InputError
from milepost.gateways.admin import AdminGateway
from milepost.model.declared import DeclaredProperty
from milepost.model.resources import PropertyFacts, Resource, Stream
from milepost.reconcile.kinds import KINDS, Kind


@dataclass(frozen=True)
class Live:
    """A property as it is now. `stream` is the web stream the file means; None when there is none to mean."""

    facts: PropertyFacts
    stream: Stream | None
    resources: Mapping[str, tuple[Resource, ...]]
    """By kind name."""

    def parent_of(self, kind: Kind) -> str:
        """Resource name under which things of this kind live."""
        if kind.type.parent == "property":
            return f"properties/{self.facts.id}"
        return self.stream.name if self.stream else ""


def read_live(gateway: AdminGateway, declared: DeclaredProperty, property_id: str) -> Live:
    """The property's settings, its web stream, and every resource of every kind.

    Raises:
        RemoteError: a read failed.
        InputError: rules are declared and it is not clear for which web stream.
    """
    parent = f"properties/{property_id}"

    def read_stream_side() -> tuple[Stream | None, dict[str, tuple[Resource, ...]]]:
        stream = _choose_stream(declared, gateway.read_web_streams(property_id))
        of_stream = [k for k in KINDS if k.type.parent == "stream"]
        if stream is None:
            return None, {k.name: () for k in of_stream}
        return stream, {k.name: gateway.read_resources(k.type, stream.name) for k in of_stream}

    with ThreadPoolExecutor(len(KINDS) + 2) as pool:
        facts = pool.submit(gateway.read_property, property_id)
        stream_side = pool.submit(read_stream_side)
        of_property = {
            k.name: pool.submit(gateway.read_resources, k.type, parent)
            for k in KINDS
            if k.type.parent == "property"
        }
        stream, of_stream = stream_side.result()
        resources = {name: future.result() for name, future in of_property.items()} | of_stream
        return Live(facts.result(), stream, resources)


def _choose_stream(declared: DeclaredProperty, streams: tuple[Stream, ...]) -> Stream | None:
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
    if any(c.definition.source for c in declared.conversions):
        found = "has no web stream" if not streams else f"has {len(streams)} web streams"
        remedy = "Make one in GA4 first." if not streams else f"Add stream = …, one of: {known}."
        raise InputError(place, f"property {declared.id} {found}, and rules belong to one", remedy)
    return None


def _names(stream: Stream) -> tuple[str, ...]:
    return stream.name, stream.name.rpartition("/")[2], stream.measurement_id


def _same_site(written: str, uri: str) -> bool:
    return written.rstrip("/").lower() == uri.rstrip("/").lower()
