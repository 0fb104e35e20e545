from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.analytics.admin_v1alpha import (
    AnalyticsAdminServiceClient,
    GoogleAdsLink,
    MeasurementProtocolSecret,
)
from google.api_core.exceptions import (
    AlreadyExists,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
)
from google.protobuf.field_mask_pb2 import FieldMask

from milepost.emulator.store import Store

SHOP, SAAS = "properties/100000001", "properties/100000002"
AlphaWith = Callable[..., AnalyticsAdminServiceClient]
PERSONALIZED = FieldMask(paths=["ads_personalization_enabled"])
SENTENCE = (
    "I acknowledge that I have the necessary privacy disclosures and rights from my end users for the "
    "collection and processing of their data, including the association of such data with the visitation "
    "information Google Analytics collects from my site and/or app property."
)


def link(client: AnalyticsAdminServiceClient, parent: str = SHOP, **fields: Any) -> GoogleAdsLink:
    ads_link = GoogleAdsLink({"customer_id": "1234567890"} | fields)
    return client.create_google_ads_link(
        parent=parent, google_ads_link=ads_link, metadata=[("x-emulator-actor", "ads@example.com")]
    )


def personalizes(ads_link: GoogleAdsLink) -> bool:
    return bool(GoogleAdsLink.pb(ads_link).ads_personalization_enabled.value)


def stream_of(client: AnalyticsAdminServiceClient, parent: str = SHOP) -> str:
    return next(iter(client.list_data_streams(parent=parent))).name


def acknowledge(client: AnalyticsAdminServiceClient, sentence: str = SENTENCE, parent: str = SHOP) -> Any:
    return client.acknowledge_user_data_collection(request={"property": parent, "acknowledgement": sentence})


def secret(
    client: AnalyticsAdminServiceClient, parent: str = SHOP, **fields: Any
) -> MeasurementProtocolSecret:
    made = MeasurementProtocolSecret({"display_name": "Server"} | fields)
    return client.create_measurement_protocol_secret(
        parent=stream_of(client, parent), measurement_protocol_secret=made
    )


def test_link_says_who_made_it_and_personalizes_by_default(alpha: AnalyticsAdminServiceClient) -> None:
    made = link(alpha, can_manage_clients=True, creator_email_address="liar@example.com")
    assert (made.customer_id, made.creator_email_address) == ("1234567890", "ads@example.com")
    assert personalizes(made)
    assert not made.can_manage_clients
    assert made.create_time == made.update_time
    assert "1234567890" not in made.name
    assert list(alpha.list_google_ads_links(parent=SHOP)) == [made]


def test_link_keeps_a_personalization_that_was_declined(alpha: AnalyticsAdminServiceClient) -> None:
    made = link(alpha, ads_personalization_enabled=False)
    assert not personalizes(made)
    unsaid = GoogleAdsLink(name=made.name)
    after = alpha.update_google_ads_link(google_ads_link=unsaid, update_mask=PERSONALIZED)
    assert personalizes(after)
    declined = GoogleAdsLink(name=made.name, ads_personalization_enabled=False)
    after = alpha.update_google_ads_link(google_ads_link=declined, update_mask=PERSONALIZED)
    assert not personalizes(after)
    later: Any = after.update_time
    assert later > made.update_time
    assert after.creator_email_address == "ads@example.com"


def test_link_is_to_one_customer_for_good(alpha: AnalyticsAdminServiceClient) -> None:
    made = link(alpha)
    with pytest.raises(AlreadyExists):
        link(alpha)
    link(alpha, SAAS)
    other = GoogleAdsLink(name=made.name, customer_id="99")
    with pytest.raises(InvalidArgument, match="customer_id is immutable"):
        alpha.update_google_ads_link(google_ads_link=other, update_mask=FieldMask(paths=["customer_id"]))
    alpha.delete_google_ads_link(name=made.name)
    assert list(alpha.list_google_ads_links(parent=SHOP)) == []
    assert link(alpha).name != made.name


@pytest.mark.parametrize("customer_id", ["", "123-456-7890", "customers/1", "abc"])
def test_customer_id_is_digits(alpha: AnalyticsAdminServiceClient, customer_id: str) -> None:
    with pytest.raises(InvalidArgument, match="customer_id"):
        link(alpha, customer_id=customer_id)


def test_secret_waits_for_the_acknowledgement(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(FailedPrecondition, match="acknowledged"):
        secret(alpha)
    acknowledge(alpha)
    acknowledge(alpha)
    assert len(secret(alpha).secret_value) >= 22
    with pytest.raises(FailedPrecondition):
        secret(alpha, SAAS)


def test_acknowledgement_may_have_been_given_elsewhere(alpha_with: AlphaWith) -> None:
    assert secret(alpha_with(user_data_acknowledged=True)).secret_value
    with pytest.raises(PermissionDenied):
        secret(alpha_with(acknowledgement_code="PERMISSION_DENIED"))


@pytest.mark.parametrize("sentence", ["", "I acknowledge.", SENTENCE[:-1], SENTENCE.upper()])
def test_acknowledgement_is_that_very_sentence(alpha: AnalyticsAdminServiceClient, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match="acknowledgement"):
        acknowledge(alpha, sentence)
    with pytest.raises(FailedPrecondition):
        secret(alpha)


@pytest.mark.parametrize(
    ("parent", "refusal"),
    [("properties/1", PermissionDenied), ("accounts/1000", InvalidArgument), ("", InvalidArgument)],
)
def test_acknowledgement_is_for_a_property(
    alpha: AnalyticsAdminServiceClient, parent: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        acknowledge(alpha, parent=parent)


def test_acknowledgement_for_the_trash_is_refused(alpha: AnalyticsAdminServiceClient) -> None:
    alpha.delete_property(name=SHOP)
    with pytest.raises(FailedPrecondition, match="trash"):
        acknowledge(alpha)


def test_secret_is_made_by_the_server_and_stays(alpha: AnalyticsAdminServiceClient) -> None:
    acknowledge(alpha)
    first, second = secret(alpha, secret_value="mine"), secret(alpha)  # noqa: S106 - what must not be taken
    assert len({first.secret_value, second.secret_value, "mine"}) == 3
    renamed = MeasurementProtocolSecret(name=first.name, display_name="Till", secret_value="mine")  # noqa: S106
    after = alpha.update_measurement_protocol_secret(
        measurement_protocol_secret=renamed, update_mask=FieldMask(paths=["display_name", "secret_value"])
    )
    assert (after.display_name, after.secret_value) == ("Till", first.secret_value)
    assert alpha.get_measurement_protocol_secret(name=first.name) == after
    with pytest.raises(InvalidArgument, match="display_name is required"):
        secret(alpha, display_name="")


def test_secrets_come_in_pages_of_ten_at_most(alpha: AnalyticsAdminServiceClient) -> None:
    acknowledge(alpha)
    made = [secret(alpha) for _ in range(10)]
    with pytest.raises(InvalidArgument, match="maximum resource limit"):
        secret(alpha)
    parent = stream_of(alpha)
    for size in (0, 10, 200):
        request = {"parent": parent, "page_size": size}
        assert list(alpha.list_measurement_protocol_secrets(request=request)) == made
    pages = alpha.list_measurement_protocol_secrets(request={"parent": parent, "page_size": 4}).pages
    assert [len(page.measurement_protocol_secrets) for page in pages] == [4, 4, 2]


def test_eleventh_secret_is_on_a_second_page(alpha_with: AlphaWith) -> None:
    client = alpha_with(limits="measurement_protocol_secrets=11", user_data_acknowledged=True)
    made = [secret(client) for _ in range(11)]
    pager = client.list_measurement_protocol_secrets(request={"parent": stream_of(client), "page_size": 200})
    pages = [list(page.measurement_protocol_secrets) for page in pager.pages]
    assert [len(page) for page in pages] == [10, 1]
    assert [each for page in pages for each in page] == made


def test_secrets_go_one_by_one_or_with_their_stream(alpha_with: AlphaWith, store: Store) -> None:
    client = alpha_with(user_data_acknowledged=True)
    first, second = secret(client), secret(client)
    client.delete_measurement_protocol_secret(name=first.name)
    with pytest.raises(NotFound):
        client.get_measurement_protocol_secret(name=first.name)
    client.delete_data_stream(name=stream_of(client))
    assert store.get(second.name) is None


def test_app_stream_has_secrets_too(alpha_with: AlphaWith) -> None:
    client = alpha_with(user_data_acknowledged=True)
    fields = {"type_": 2, "android_app_stream_data": {"package_name": "com.example"}}
    app = client.create_data_stream(request={"parent": SHOP, "data_stream": fields})
    made = client.create_measurement_protocol_secret(
        parent=app.name, measurement_protocol_secret=MeasurementProtocolSecret(display_name="App")
    )
    assert made.name.startswith(f"{app.name}/measurementProtocolSecrets/")
