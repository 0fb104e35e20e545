"""CheckCompatibility against what reports really answer."""

from __future__ import annotations

from typing import Any

import pytest
from google.analytics import data_v1beta
from google.api_core import exceptions

COMPATIBLE = data_v1beta.Compatibility.COMPATIBLE


def check(analytics: Any, dimensions: str = "", metrics: str = "", **fields: Any) -> Any:
    return analytics.client.check_compatibility(
        data_v1beta.CheckCompatibilityRequest(
            property="properties/1",
            dimensions=[{"name": name} for name in dimensions.split()],
            metrics=[{"name": name} for name in metrics.split()],
            **fields,
        )
    )


@pytest.mark.parametrize("dimension", ["eventName", "source", "itemName", "sessionSource"])
def test_verdicts_on_metrics_are_those_of_reports(crowd: Any, dimension: str) -> None:
    for entry in check(crowd, dimension).metric_compatibilities:
        name = entry.metric_metadata.api_name
        if entry.metric_metadata.category == "Cohort":
            continue
        if entry.compatibility == COMPATIBLE:
            crowd.ask(dimension, name, limit=1)
        else:
            with pytest.raises(exceptions.InvalidArgument, match="request compatible for example"):
                crowd.ask(dimension, name)


def test_verdicts_name_every_field_once_with_its_metadata(crowd: Any) -> None:
    listed = crowd.client.get_metadata(name="properties/1/metadata")
    answer = check(crowd, metrics="eventCount")
    assert [d.dimension_metadata for d in answer.dimension_compatibilities] == list(listed.dimensions)
    assert [m.metric_metadata for m in answer.metric_compatibilities] == list(listed.metrics)
    refused = {
        d.dimension_metadata.api_name
        for d in answer.dimension_compatibilities
        if d.compatibility != COMPATIBLE
    }
    assert {"source", "medium", "defaultChannelGroup", "itemName", "cohort"} <= refused
    assert not refused & {"eventName", "sessionSource", "date", "customEvent:plan"}


def test_filter_keeps_one_verdict(crowd: Any) -> None:
    answer = check(crowd, metrics="eventCount", compatibility_filter=COMPATIBLE)
    assert {d.compatibility for d in answer.dimension_compatibilities} == {COMPATIBLE}
    assert len(answer.metric_compatibilities) == len(
        crowd.client.get_metadata(name="properties/1/metadata").metrics
    )


def test_incompatible_or_unknown_request_fails(crowd: Any) -> None:
    with pytest.raises(exceptions.InvalidArgument, match="Please remove source to make"):
        check(crowd, "source", "eventCount")
    with pytest.raises(exceptions.InvalidArgument, match="Field nope is not a valid metric"):
        check(crowd, metrics="nope")
    hidden = {"filter": {"field_name": "itemName", "string_filter": {"value": "x"}}}
    with pytest.raises(exceptions.InvalidArgument, match="Please remove itemName to make"):
        check(crowd, metrics="eventCount", dimension_filter=hidden)
