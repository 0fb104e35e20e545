"""The Data API's error texts, as recorded from the service (reference: Data API, section 12)."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import grpc

from milepost.emulator.rpc import RpcError, invalid_argument, permission_denied

_PROPERTY_HELP = (
    "To learn more about Property ID, see "
    "https://developers.google.com/analytics/devguides/reporting/data/v1/property-id."
)
_SCHEMA_HELP = (
    "For a list of valid dimensions and metrics, see "
    "https://developers.google.com/analytics/devguides/reporting/data/v1/{page} "
)
CORE_PAGE = "api-schema"
REALTIME_PAGE = "realtime-api-schema"


def no_access() -> RpcError:
    """No such property, or no role on it: one answer for both."""
    return permission_denied(f"User does not have sufficient permissions for this property. {_PROPERTY_HELP}")


def invalid_property(property_id: str) -> RpcError:
    """A property id that is not a number; it is answered 403 like a foreign property."""
    return permission_denied(
        f"Invalid property ID: {property_id}. A numeric Property ID is required. {_PROPERTY_HELP}"
    )


def unknown_dimension(name: str, known: Iterable[str], page: str = CORE_PAGE) -> RpcError:
    """A dimension the property does not have; `page` is Google's list that the text names."""
    help_text = _SCHEMA_HELP.format(page=page)
    return invalid_argument(f"{_near_miss(name, known)}Field {name} is not a valid dimension. {help_text}")


def unknown_metric(name: str, known: Iterable[str], page: str = CORE_PAGE) -> RpcError:
    """A metric the property does not have; unlike for dimensions, two spaces stand in the text."""
    help_text = _SCHEMA_HELP.format(page=page)
    return invalid_argument(f"{_near_miss(name, known)}Field {name} is not a valid metric.  {help_text}")


def _near_miss(name: str, known: Iterable[str]) -> str:
    if ":" in name:
        return ""
    lowered = {other.lower(): other for other in known}
    near = get_close_matches(name.lower(), lowered, n=1, cutoff=0.8)
    return f"Did you mean {lowered[near[0]]}? " if near else ""


def incompatible(names: Iterable[str]) -> RpcError:
    """Fields that cannot stand together; `names` are those to take away."""
    return invalid_argument(
        f"Please remove {' and '.join(names)} to make the request compatible for example. "
        "The request's dimensions & metrics are incompatible. To learn more, see "
        "https://ga-dev-tools.web.app/ga4/dimensions-metrics-explorer/"
    )


def not_emulated(what: str) -> RpcError:
    """Something the real service answers and this one does not."""
    return RpcError(grpc.StatusCode.UNIMPLEMENTED, f"{what} is not emulated.")


def exhausted(message: str) -> RpcError:
    """A quota that is used up."""
    return RpcError(grpc.StatusCode.RESOURCE_EXHAUSTED, message)
