"""The measurement id of a property; apart, because the rest of tag needs none of Google's packages."""

from __future__ import annotations

from milepost.errors import InputError
from milepost.gateways.admin import AdminGateway
from milepost.model.declared import declared_property
from milepost.model.load import ConversionsFile
from milepost.operations.session import Session
from milepost.reconcile.live import choose_stream
from milepost.tracking.measurement import checked_measurement_id


def read_measurement_id(file: ConversionsFile, name: str, session: Session) -> str:
    """The measurement id of the property's web stream, as the Admin API tells it.

    Raises:
        RemoteError: it cannot be read.
        InputError: there is no web stream, or it is not clear which is meant.
    """
    declared = declared_property(file.document, name)
    connection, property_id = session.reach(declared)
    stream = choose_stream(declared, AdminGateway(connection).read_web_streams(property_id))
    if stream is None or not stream.measurement_id:
        raise InputError(
            f"property {name}",
            "no web stream is clearly meant, so there is no measurement id",
            "Say which with --measurement-id G-…, or with stream = … in the file.",
        )
    return checked_measurement_id(stream.measurement_id, f"property {name}")
