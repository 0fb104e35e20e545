"""Names GA4 refuses and the shapes it asks for, as data (reference: Admin API, sections 4.1 and 4.2)."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text that white space parts."""
    return frozenset(text.split())


PARAMETER_NAME = r"[A-Za-z][A-Za-z0-9_]*"
"""Custom dimensions and metrics: ASCII letters, digits and underscores, a letter first."""

DISPLAY_NAME = r"[A-Za-z][A-Za-z0-9 _]*"
"""Display names of custom dimensions and metrics; square brackets are history and never come back."""

UNICODE_DISPLAY_NAME = r"[^\W\d_][\w ]*"
"""The same with the letters of every language."""

EVENT_NAME = r"[^\W\d_]\w*"
"""Event names: letters of any language, digits, underscores, a letter first."""

MUTATION_PARAMETER = r"\w+"
"""Parameter a rule changes: letters, digits and underscores in any order."""

FIELD_NAME = r"[A-Za-z][A-Za-z0-9_]*(:[A-Za-z0-9_]+)?"
"""Dimension or metric in a filter; custom ones have their scope in front, such as `customEvent:plan`."""

REGION_CODE = r"[A-Z]{2}|[0-9]{3}"
"""Unicode CLDR region: two letters, or the three digits of a UN area."""

EVENT_PREFIXES = ("firebase_", "ga_", "google_", "query_id")
"""Beginnings an event name of one's own may not have."""

PARAMETER_PREFIXES = ("_", "firebase_", "ga_", "google_", "gtag.")
"""Beginnings an event parameter of one's own may not have."""

USER_PROPERTY_PREFIXES = ("_", "firebase_", "ga_", "google_")
"""Beginnings a user property of one's own may not have."""

RESERVED_PARAMETERS = word_set(
    "cid currency customer_id customerid dclid engagement_time_msec gclid session_id session_number "
    "sessionid sfmc_id sid srsltid uid user_id userid"
)
"""Event parameters that cannot become a custom dimension or metric."""

RESERVED_USER_PROPERTIES = word_set(
    "cid customer_id customerid first_open_after_install first_open_time first_visit_time "
    "last_advertising_id_reset last_deep_link_referrer last_gclid lifetime_user_engagement "
    "non_personalized_ads session_id session_number sessionid sfmc_id sid uid user_id userid"
)
"""User properties that cannot become a custom dimension."""

WEB_DEFAULT_KEY_EVENTS = {"purchase": False, "qualify_lead": True, "close_convert_lead": True}
"""Key events every property is born with, and whether each can be deleted."""

APP_DEFAULT_KEY_EVENTS = {
    "first_open": False,
    "in_app_purchase": False,
    "app_store_subscription_convert": False,
    "app_store_subscription_renew": False,
}
"""Key events that come with the first app stream; none can be deleted."""

DEFAULT_KEY_EVENTS = WEB_DEFAULT_KEY_EVENTS | APP_DEFAULT_KEY_EVENTS
"""GA4's own key events: not `custom`, and free of the cap."""

CURRENCIES = word_set(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT "
    "LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR "
    "NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP "
    "STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD "
    "XOF XPF YER ZAR ZMW ZWG ZWL"
)
"""Currencies in circulation, as ISO 4217 codes."""
