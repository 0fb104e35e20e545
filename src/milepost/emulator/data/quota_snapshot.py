"""GetPropertyQuotasSnapshot: what is left in each pool of a property."""

from __future__ import annotations

from typing import Any

from google.analytics import data_v1alpha

from milepost.emulator.data.access import Access, limits_of, property_id_of
from milepost.emulator.rpc import Call, Method, invalid_argument

PATH = "/google.analytics.data.v1alpha.AlphaAnalyticsData/GetPropertyQuotasSnapshot"
_SUFFIX = "/propertyQuotasSnapshot"
_TOKENS = 1


def quota_snapshot_methods(access: Access) -> list[Method]:
    """GetPropertyQuotasSnapshot, which takes one token from the pool that has most left."""

    def run(request: Any, call: Call) -> Any:  # noqa: ARG001
        return _snapshot(request.name, access)

    return [Method(PATH, data_v1alpha.GetPropertyQuotasSnapshotRequest, run)]


def _snapshot(name: str, access: Access) -> Any:
    if not name.endswith(_SUFFIX):
        raise invalid_argument(f"The name must be properties/PROPERTY{_SUFFIX}; it is {name}.")
    property_id = property_id_of(name.removesuffix(_SUFFIX))
    limits = limits_of(access.config(property_id))
    pools = {
        "core_property_quota": access.pools.core,
        "realtime_property_quota": access.pools.realtime,
        "funnel_property_quota": access.pools.funnel,
    }
    fullest = max(pools, key=lambda pool: pools[pool].state(property_id, limits).tokens_per_day.remaining)
    quotas = {pool: pools[pool].state(property_id, limits) for pool in pools if pool != fullest}
    quotas[fullest] = pools[fullest].charge(property_id, limits, _TOKENS)
    twins = {pool: data_v1alpha.PropertyQuota.deserialize(type(q).serialize(q)) for pool, q in quotas.items()}
    return data_v1alpha.PropertyQuotasSnapshot(name=name, **twins)
