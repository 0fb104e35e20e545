from __future__ import annotations

from collections.abc import Callable

import grpc
import pytest
from google.analytics.admin_v1alpha import (
    AnalyticsAdminServiceClient,
    ListKeyEventsRequest,
    ListKeyEventsResponse,
)
from google.api_core.exceptions import InvalidArgument
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.emulator.admin.paging import Key, PageRule, cut_page
from milepost.emulator.rpc import RpcError

PREMIUM = "properties/360"
DEFAULTS = ["purchase", "qualify_lead", "close_convert_lead"]


def page(
    client: AnalyticsAdminServiceClient, *, parent: str = PREMIUM, size: int = 0, token: str = ""
) -> ListKeyEventsResponse:
    request = ListKeyEventsRequest(parent=parent, page_size=size, page_token=token)
    pager = client.list_key_events(request=request)
    return next(iter(pager.pages))


def names(response: ListKeyEventsResponse) -> list[str]:
    return [event.event_name for event in response.key_events]


@pytest.fixture
def full(alpha_with: Callable[..., AnalyticsAdminServiceClient]) -> AnalyticsAdminServiceClient:
    """A client that sees 230 key events."""
    client = alpha_with(limits="key_events=300")
    for number in range(227):
        event = {"event_name": f"event_{number}", "counting_method": 1}
        client.create_key_event(request={"parent": PREMIUM, "key_event": event})
    return client


def test_page_sizes_are_fifty_by_default_and_two_hundred_at_most(full: AnalyticsAdminServiceClient) -> None:
    assert len(page(full).key_events) == 50
    assert len(page(full, size=200).key_events) == 200
    assert len(page(full, size=1000).key_events) == 200
    assert len(page(full, size=7).key_events) == 7


def test_last_page_has_no_token(full: AnalyticsAdminServiceClient) -> None:
    first = page(full, size=200)
    last = page(full, size=200, token=first.next_page_token)
    assert (len(last.key_events), last.next_page_token) == (30, "")
    assert names(first) + names(last) == DEFAULTS + [f"event_{number}" for number in range(227)]


@pytest.mark.parametrize("size", [0, 1, 49, 115, 229, 230, 231])
def test_pager_finds_everything_once(full: AnalyticsAdminServiceClient, size: int) -> None:
    found = full.list_key_events(request={"parent": PREMIUM, "page_size": size})
    assert len({event.name for event in found}) == 230


def test_negative_page_size_is_invalid(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(InvalidArgument, match="page_size"):
        page(alpha, size=-1)


@pytest.mark.parametrize("token", ["x", "!!", "W10=", "bnVsbA==", "MTI="])
def test_token_that_was_never_issued_is_invalid(alpha: AnalyticsAdminServiceClient, token: str) -> None:
    with pytest.raises(InvalidArgument, match="page_token"):
        page(alpha, token=token)


def test_token_fits_only_the_request_it_came_from(alpha: AnalyticsAdminServiceClient) -> None:
    token = page(alpha, size=1).next_page_token
    assert names(page(alpha, size=1, token=token)) == ["qualify_lead"]
    with pytest.raises(InvalidArgument, match="page_token"):
        page(alpha, size=2, token=token)
    with pytest.raises(InvalidArgument, match="page_token"):
        page(alpha, parent="properties/100000001", size=1, token=token)
    with pytest.raises(InvalidArgument, match="page_token"):
        request = {"parent": PREMIUM, "page_size": 1, "page_token": token}
        list(alpha.list_custom_dimensions(request=request))


def test_list_goes_on_where_it_was_though_items_went(alpha: AnalyticsAdminServiceClient) -> None:
    first = page(alpha, size=2)
    for event in first.key_events:
        if event.deletable:
            alpha.delete_key_event(name=event.name)
    assert names(page(alpha, size=2, token=first.next_page_token)) == ["close_convert_lead"]


def test_short_pages_come_empty_and_half_filled_but_complete(
    alpha_with: Callable[..., AnalyticsAdminServiceClient],
) -> None:
    client = alpha_with(short_pages=True)
    sizes = [
        len(p.key_events) for p in client.list_key_events(request={"parent": PREMIUM, "page_size": 2}).pages
    ]
    assert sizes == [0, 1, 1, 1]
    assert [event.event_name for event in client.list_key_events(parent=PREMIUM)] == DEFAULTS


@settings(deadline=None)
@given(
    keys=st.sets(st.integers()),
    size=st.integers(min_value=0, max_value=30),
    rule=st.builds(PageRule, default=st.integers(1, 10), maximum=st.integers(1, 20)),
    short=st.booleans(),
)
def test_pages_of_any_size_yield_every_item_once_in_order(
    keys: set[int], size: int, rule: PageRule, short: bool
) -> None:
    items: list[tuple[Key, int]] = [([key], key) for key in sorted(keys)]
    request = ListKeyEventsRequest.pb(ListKeyEventsRequest(parent=PREMIUM, page_size=size))
    found: list[int] = []
    while True:
        some, token = cut_page(items, request, "/list", rule=rule, short=short)
        assert len(some) <= min(size or rule.default, rule.maximum)
        found += some
        if not token:
            break
        request.page_token = token
    assert found == sorted(keys)


@settings(deadline=None, max_examples=40)
@given(token=st.text(min_size=1))
def test_any_made_up_token_is_invalid_and_nothing_worse(token: str) -> None:
    request = ListKeyEventsRequest.pb(ListKeyEventsRequest(parent=PREMIUM, page_token=token))
    with pytest.raises(RpcError) as raised:
        cut_page([([1], 1)], request, "/list", rule=PageRule(), short=False)
    assert raised.value.code is grpc.StatusCode.INVALID_ARGUMENT
