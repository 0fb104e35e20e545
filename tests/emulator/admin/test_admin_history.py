from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from google.analytics import admin_v1alpha, admin_v1beta
from google.analytics.admin_v1alpha import AnalyticsAdminServiceClient, ChangeHistoryEvent, KeyEvent
from google.api_core.exceptions import InvalidArgument, PermissionDenied
from google.protobuf.field_mask_pb2 import FieldMask

from milepost.emulator.clock import Clock

SHOP, SAAS = "properties/100000001", "properties/100000002"
ACCOUNT = "accounts/1000"
SOMEBODY = [("x-emulator-actor", "somebody@example.com")]


def search(client: AnalyticsAdminServiceClient, **wanted: Any) -> list[ChangeHistoryEvent]:
    return list(client.search_change_history_events(request={"account": ACCOUNT} | wanted))


def make(client: AnalyticsAdminServiceClient, event_name: str, parent: str = SHOP, **more: Any) -> KeyEvent:
    event = KeyEvent(event_name=event_name, counting_method="ONCE_PER_EVENT")
    return client.create_key_event(parent=parent, key_event=event, **more)


def dimension(client: AnalyticsAdminServiceClient) -> Any:
    fields = {"parameter_name": "plan", "display_name": "Plan", "scope": 1}
    return client.create_custom_dimension(request={"parent": SHOP, "custom_dimension": fields})


def test_fresh_account_has_no_history(alpha: AnalyticsAdminServiceClient) -> None:
    assert search(alpha) == []


def test_every_write_leaves_who_when_before_and_after(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha, "sign_up")
    changed = KeyEvent(name=made.name, counting_method="ONCE_PER_SESSION")
    after = alpha.update_key_event(
        key_event=changed, update_mask=FieldMask(paths=["counting_method"]), metadata=SOMEBODY
    )
    alpha.delete_key_event(name=made.name)
    deleted, updated, created = search(alpha)
    assert [event.changes[0].action.name for event in (created, updated, deleted)] == [
        "CREATED",
        "UPDATED",
        "DELETED",
    ]
    assert {event.changes[0].resource for event in (created, updated, deleted)} == {made.name}
    assert "resource_before_change" not in created.changes[0]
    assert created.changes[0].resource_after_change.key_event == made
    assert updated.changes[0].resource_before_change.key_event == made
    assert updated.changes[0].resource_after_change.key_event == after
    assert deleted.changes[0].resource_before_change.key_event == after
    assert "resource_after_change" not in deleted.changes[0]
    assert [event.user_actor_email for event in (created, updated)] == [
        "emulator-user@example.com",
        "somebody@example.com",
    ]
    assert {event.actor_type.name for event in (created, updated, deleted)} == {"USER"}
    assert created.change_time == made.create_time
    moments: list[Any] = [created.change_time, updated.change_time, deleted.change_time]
    assert moments == sorted(set(moments))
    assert len({event.id for event in (created, updated, deleted)}) == 3


def test_archive_reads_as_a_deletion(alpha: AnalyticsAdminServiceClient) -> None:
    made = dimension(alpha)
    alpha.archive_custom_dimension(name=made.name)
    change = search(alpha)[0].changes[0]
    assert change.action.name == "DELETED"
    assert change.resource_before_change.custom_dimension == made


def test_refused_and_empty_writes_leave_no_trace(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(InvalidArgument):
        make(alpha, "not a name")
    purchase = next(iter(alpha.list_key_events(parent=SHOP)))
    alpha.update_key_event(key_event=purchase, update_mask=FieldMask(paths=["counting_method"]))
    assert search(alpha) == []


def test_history_is_narrowed_by_each_filter(alpha: AnalyticsAdminServiceClient) -> None:
    first = make(alpha, "sign_up")
    make(alpha, "sign_up", SAAS, metadata=SOMEBODY)
    dimension(alpha)
    alpha.delete_key_event(name=first.name)

    def actions(**wanted: Any) -> list[str]:
        return [event.changes[0].action.name for event in search(alpha, **wanted)]

    assert actions() == ["DELETED", "CREATED", "CREATED", "CREATED"]
    assert actions(property=SAAS) == ["CREATED"]
    assert actions(resource_type=["KEY_EVENT"]) == ["DELETED", "CREATED", "CREATED"]
    assert actions(resource_type=["CUSTOM_DIMENSION", "AUDIENCE"]) == ["CREATED"]
    assert actions(action=["DELETED"]) == ["DELETED"]
    assert actions(action=["DELETED"], resource_type=["CUSTOM_DIMENSION"]) == []
    assert actions(actor_email=["somebody@example.com"]) == ["CREATED"]
    assert actions(actor_email=["nobody@example.com"]) == []


def test_time_bounds_are_inclusive(alpha: AnalyticsAdminServiceClient) -> None:
    make(alpha, "one")
    middle = make(alpha, "two")
    make(alpha, "three")

    def found(**wanted: Any) -> list[str]:
        return [
            event.changes[0].resource_after_change.key_event.event_name for event in search(alpha, **wanted)
        ]

    assert found(earliest_change_time=middle.create_time) == ["three", "two"]
    assert found(latest_change_time=middle.create_time) == ["two", "one"]
    moment = middle.create_time
    assert found(earliest_change_time=moment, latest_change_time=moment) == ["two"]


def test_history_comes_in_pages(alpha: AnalyticsAdminServiceClient) -> None:
    made = [make(alpha, f"event_{number}").name for number in range(5)]
    found = alpha.search_change_history_events(request={"account": ACCOUNT, "page_size": 2})
    pages = [[event.changes[0].resource for event in page.change_history_events] for page in found.pages]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [name for page in pages for name in page] == made[::-1]
    token = next(iter(alpha.search_change_history_events(request={"account": ACCOUNT, "page_size": 2}).pages))
    with pytest.raises(InvalidArgument, match="page_token"):
        search(alpha, page_size=2, page_token=token.next_page_token, property=SHOP)


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ({"account": "accounts/1"}, PermissionDenied),
        ({"account": ""}, InvalidArgument),
        ({"account": SHOP}, InvalidArgument),
        ({"property": "properties/1"}, PermissionDenied),
        ({"property": "shop"}, InvalidArgument),
        ({"page_size": -1}, InvalidArgument),
        ({"action": [0]}, InvalidArgument),
        ({"resource_type": [0]}, InvalidArgument),
    ],
)
def test_wrong_search_is_refused(
    alpha: AnalyticsAdminServiceClient, wanted: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        search(alpha, **wanted)


def test_changes_show_up_late_when_switched(
    alpha_with: Callable[..., AnalyticsAdminServiceClient], clock: Clock
) -> None:
    client = alpha_with(history_delay_seconds=60)
    make(client, "sign_up")
    assert search(client) == []
    clock.set(clock.now() + timedelta(seconds=60))
    assert len(search(client)) == 1


def test_new_resources_are_listed_late_when_switched(
    alpha_with: Callable[..., AnalyticsAdminServiceClient], clock: Clock
) -> None:
    client = alpha_with(list_delay_seconds=60)
    made = make(client, "sign_up")
    assert made not in list(client.list_key_events(parent=SHOP))
    assert client.get_key_event(name=made.name) == made
    clock.set(clock.now() + timedelta(seconds=60))
    assert made in list(client.list_key_events(parent=SHOP))


def test_v1beta_does_not_know_of_key_events(
    alpha: AnalyticsAdminServiceClient, beta: admin_v1beta.AnalyticsAdminServiceClient
) -> None:
    make(alpha, "sign_up")
    made = dimension(alpha)
    assert len(search(alpha)) == 2
    (event,) = beta.search_change_history_events(request={"account": ACCOUNT})
    assert event.changes[0].resource == made.name
    snapshot = event.changes[0].resource_after_change
    assert admin_v1beta.ChangeHistoryChange.ChangeHistoryResource.pb(snapshot).WhichOneof("resource") is None
    assert not event.changes_filtered


def test_v1beta_refuses_resource_types_it_does_not_know(
    alpha: AnalyticsAdminServiceClient, beta: admin_v1beta.AnalyticsAdminServiceClient
) -> None:
    key_events = [admin_v1alpha.ChangeHistoryResourceType.KEY_EVENT]
    request = admin_v1beta.SearchChangeHistoryEventsRequest(account=ACCOUNT)
    admin_v1beta.SearchChangeHistoryEventsRequest.pb(request).resource_type.extend(key_events)
    with pytest.raises(InvalidArgument, match="resource_type"):
        list(beta.search_change_history_events(request=request))
    assert search(alpha, resource_type=key_events) == []


def test_v1beta_keeps_the_snapshots_it_knows(beta: admin_v1beta.AnalyticsAdminServiceClient) -> None:
    stream = next(iter(beta.list_data_streams(parent=SHOP)))
    stream.display_name = "Renamed"
    after = beta.update_data_stream(data_stream=stream, update_mask=FieldMask(paths=["display_name"]))
    (event,) = beta.search_change_history_events(request={"account": ACCOUNT})
    assert event.changes[0].resource_after_change.data_stream == after
