"""The dimensions every property has."""

from __future__ import annotations

from milepost.emulator.data.cohorts import COHORT_DIMENSIONS
from milepost.emulator.data.dimensions_items import ITEM_DIMENSIONS
from milepost.emulator.data.dimensions_time import TIME_DIMENSIONS
from milepost.emulator.data.dimensions_traffic import traffic_dimensions
from milepost.emulator.data.registry import Dimension, Scope
from milepost.emulator.data.sql import FIRST_SESSION_DATE, literal, parameter
from milepost.emulator.switches import Switches

_PLACE = (
    Dimension(
        "deviceCategory",
        "Device category",
        "Platform / Device",
        "lower(e.device_category)",
        "The kind of device: desktop, mobile, tablet or smart tv.",
    ),
    Dimension("platform", "Platform", "Platform / Device", "lower(e.platform)", "Web, iOS or Android."),
    Dimension("browser", "Browser", "Platform / Device", "e.browser", "The browser."),
    Dimension(
        "operatingSystem", "Operating system", "Platform / Device", "e.operating_system", "The system."
    ),
    Dimension("continent", "Continent", "Geography", "e.continent", "The continent the activity came from."),
    Dimension("country", "Country", "Geography", "e.country", "The country the activity came from."),
    Dimension("region", "Region", "Geography", "e.region", "The region the activity came from."),
    Dimension("city", "City", "Geography", "e.city", "The town the activity came from."),
    Dimension("subContinent", "Subcontinent", "Geography", "e.sub_continent", "The part of the continent."),
    Dimension(
        "operatingSystemVersion",
        "OS version",
        "Platform / Device",
        "e.operating_system_version",
        "The version of the operating system.",
    ),
    Dimension(
        "operatingSystemWithVersion",
        "Operating system with version",
        "Platform / Device",
        "concat_ws(' ', e.operating_system, e.operating_system_version)",
        "The operating system and its version.",
    ),
    Dimension(
        "mobileDeviceBranding", "Device brand", "Platform / Device", "e.device_brand", "The device's maker."
    ),
    Dimension(
        "mobileDeviceModel", "Device model", "Platform / Device", "e.device_model", "The device's model."
    ),
    Dimension("appVersion", "App version", "Platform / Device", "e.app_version", "The version of an app."),
    Dimension("streamId", "Stream ID", "Platform / Device", "e.stream_id", "The data stream's number."),
)

_PAGE = (
    Dimension(
        "pagePath",
        "Page path",
        "Page / Screen",
        "g.path",
        "The part of the page's address between host name and query string.",
    ),
    Dimension(
        "pagePathPlusQueryString",
        "Page path + query string",
        "Page / Screen",
        "g.path_and_query",
        "The part of the page's address after the host name.",
    ),
    Dimension("pageLocation", "Page location", "Page / Screen", "e.page_location", "The whole address."),
    Dimension("pageTitle", "Page title", "Page / Screen", "e.page_title", "The title of the page."),
    Dimension("pageReferrer", "Page referrer", "Page / Screen", "e.page_referrer", "The address before."),
    Dimension(
        "unifiedPagePathScreen",
        "Page path and screen class",
        "Page / Screen",
        "g.path",
        "The page's path; what apps call a screen's class is not in web events.",
    ),
    Dimension(
        "unifiedScreenName",
        "Page title and screen name",
        "Page / Screen",
        "e.page_title",
        "The page's title; what apps call a screen's name is not in web events.",
    ),
    Dimension(
        "fullPageUrl",
        "Full page URL",
        "Page / Screen",
        "g.host || g.path_and_query",
        "Host, path and query string of the page.",
    ),
    Dimension(
        "hostName",
        "Hostname",
        "Page / Screen",
        "g.host",
        "The host part of the page's address.",
    ),
    Dimension(
        "landingPage",
        "Landing page",
        "Page / Screen",
        "l.path",
        "The path of the session's first page view.",
        Scope.SESSION,
    ),
    Dimension(
        "landingPagePlusQueryString",
        "Landing page + query string",
        "Page / Screen",
        "l.path_and_query",
        "Path and query string of the session's first page view.",
        Scope.SESSION,
    ),
)

_USER = (
    Dimension(
        "newVsReturning",
        "New / returning",
        "User",
        "CASE WHEN s.number = 1 THEN 'new' WHEN s.number > 1 THEN 'returning' END",
        "'new' in a user's first session, 'returning' in later ones.",
        Scope.SESSION,
    ),
    Dimension(
        "firstSessionDate",
        "First session date",
        "User",
        f"strftime({FIRST_SESSION_DATE}, '%Y%m%d')",
        "The day of the user's first session, as YYYYMMDD.",
        Scope.USER,
    ),
    Dimension("language", "Language", "User", "e.language", "The language of browser or device."),
)

_OF_PARAMETERS = (
    ("contentGroup", "Content group", "Page / Screen", "content_group", "The group of the page."),
    ("contentId", "Content ID", "General", "content_id", "What was selected, by its number."),
    ("contentType", "Content type", "General", "content_type", "The kind of content selected."),
    ("currencyCode", "Currency", "Ecommerce", "currency", "The currency of the event's values."),
    ("fileExtension", "File extension", "Link", "file_extension", "The ending of a downloaded file."),
    ("fileName", "File name", "Link", "file_name", "The path of a downloaded file."),
    ("groupId", "Group ID", "General", "group_id", "The group that was joined."),
    ("linkClasses", "Link classes", "Link", "link_classes", "The classes of a clicked link."),
    ("linkDomain", "Link domain", "Link", "link_domain", "The domain a clicked link leads to."),
    ("linkId", "Link ID", "Link", "link_id", "The id of a clicked link."),
    ("linkText", "Link text", "Link", "link_text", "The text of a clicked link."),
    ("linkUrl", "Link URL", "Link", "link_url", "The address a clicked link leads to."),
    ("method", "Method", "General", "method", "How somebody signed in, signed up or shared."),
    ("orderCoupon", "Order coupon", "Ecommerce", "coupon", "The coupon of a whole order."),
    ("outbound", "Outbound", "Link", "outbound", "'true' where a link left the site."),
    ("percentScrolled", "Percent scrolled", "General", "percent_scrolled", "How far a page was scrolled."),
    ("searchTerm", "Search term", "General", "search_term", "What was searched for on the site."),
    ("shippingTier", "Shipping tier", "Ecommerce", "shipping_tier", "The way of delivery."),
    ("videoProvider", "Video provider", "Video", "video_provider", "Who hosts a video."),
    ("videoTitle", "Video title", "Video", "video_title", "The title of a video."),
    ("videoUrl", "Video URL", "Video", "video_url", "The address of a video."),
    ("visible", "Visible", "Video", "visible", "'true' where a video was in view."),
)


def dimensions(switches: Switches) -> tuple[Dimension, ...]:
    """All of them, in the order in which GetMetadata lists them."""
    of_parameters = (
        Dimension(name, label, category, f"nullif({parameter(key)}, '')", description)
        for name, label, category, key, description in _OF_PARAMETERS
    )
    return (
        *_event(switches),
        *TIME_DIMENSIONS,
        *_PLACE,
        *_PAGE,
        *traffic_dimensions(),
        *_USER,
        *of_parameters,
        Dimension(
            "transactionId",
            "Transaction ID",
            "Ecommerce",
            f"coalesce(nullif(e.transaction_id, ''), {parameter('transaction_id')})",
            "The number of the order.",
        ),
        *ITEM_DIMENSIONS,
        *COHORT_DIMENSIONS,
        Dimension(
            "comparison",
            "Comparison",
            "General",
            "r.comparison",
            "The name of the comparison; added by itself when a report has any.",
            listed=False,
        ),
    )


def _event(switches: Switches) -> tuple[Dimension, ...]:
    otherwise = literal(switches.is_key_event_otherwise)
    return (
        Dimension("eventName", "Event name", "Event", "e.event_name", "The name of the event."),
        Dimension(
            "isKeyEvent",
            "Is key event",
            "Event",
            f"CASE WHEN k.event_name IS NOT NULL THEN 'true' ELSE {otherwise} END",
            "'true' for events that were key events at the moment they happened. Marking an event does not "
            "change what was collected before.",
        ),
    )
