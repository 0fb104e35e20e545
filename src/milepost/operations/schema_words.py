"""What each key of the conversions file means, in a sentence: editors show it beside the key."""

from __future__ import annotations

_IDENTITIES = {
    "key_events": "Key events, by event name.",
    "dimensions": "Custom dimensions, by scope:parameter, such as event:filter_name.",
    "metrics": "Custom metrics, by parameter name.",
    "calculated_metrics": "Calculated metrics, by id.",
    "event_create_rules": "Event create rules, by the event that they make.",
    "audiences": "Audiences, by display name.",
}

_CONVERSION = {
    "label": "How reports call it. Without one, the event name in plain words.",
    "counting": "Whether GA4 counts the key event each time, or once per session.",
    "value": "What one is worth: the key event's default value, for events that carry none.",
    "currency": "Currency of `value`, as three capital letters (ISO 4217). Default: the property's.",
    "key_event": "false: measured and reported, but not flagged as a key event in GA4.",
    "target": "What it is meant to reach.",
    "on": "What on the site makes the event: a click, a form, an element in view, a timer and so on.",
    "send": "Where the values of its parameters come from, by parameter; a plain value is sent as it is.",
}

_WANTED_TYPES = "Only for properties of these business types. Default: for all."

WORDS: dict[str, dict[str, str]] = {
    "Document": {
        "version": "Version of this file's format: 1.",
        "properties": "The GA4 properties, each under a name of your own.",
        "business_types": "The kinds of site, each with its journey and its micro and macro conversions.",
        "dimensions": "Custom dimensions, by parameter name.",
        "metrics": "Custom metrics, by parameter name.",
        "calculated_metrics": "Calculated metrics, by id.",
        "absent": "What is to be removed from GA4: nothing else is, unless --prune asks for it.",
    },
    "Property": {
        "id": 'The property\'s number, "${VARIABLE}" for an environment variable that holds it, '
        'or "demo" for the embedded emulator.',
        "business_types": "What kind of site it is: one or more of the business types of this file.",
        "stream": "Which web stream is meant, where there are several: address, measurement id or number.",
        "currency": "Currency of values that name none, as three capital letters (ISO 4217).",
        "ignore": "Live things that are somebody else's: never changed and never removed.",
        "without": "Conversions of its business types that this property does not have.",
        "conversions": "What this property does otherwise with single conversions, by event name.",
        "enhanced_measurement": "false: leaves the web stream's switches alone, "
        "though declared events may depend on them.",
        "retention": "How long GA4 keeps the data of single people.",
        "guard": "How much may be removed at once without --force.",
    },
    "BusinessType": {
        "label": "How reports call it.",
        "journey": "The steps of the journey in order, as event names; the last one is the macro conversion.",
        "macro": "The goals of the site, by event name.",
        "micro": "The small steps towards them, by event name.",
        "audiences": "People to speak to, by a name of your own.",
    },
    "Conversion": {
        **_CONVERSION,
        "parameters": "Parameters that the event carries; reports know them once they are registered under "
        "[dimensions] or [metrics].",
        "from": "GA4 makes this event itself, out of this one: an event create rule.",
        "when": "Conditions on the source event; all must hold.",
        "set": "Parameters of the event that GA4 makes, with their values.",
        "copy_parameters": "Whether the event that GA4 makes keeps the source event's parameters.",
        "sent_by": "Who sends the event: the site, or a server by the Measurement Protocol.",
    },
    "Override": _CONVERSION,
    "Target": {
        "per_day": "Events a day.",
        "per_week": "Events a week.",
        "per_month": "Events a month.",
        "user_rate": "Share of users who do it, from 0 to 1.",
    },
    "Comparison": {
        "equals": "Is exactly this.",
        "contains": "Has this somewhere in it.",
        "starts_with": "Begins with this.",
        "ends_with": "Ends with this.",
        "matches": "Fits this regular expression (RE2).",
        "greater_than": "Is a number above this.",
        "greater_than_or_equal": "Is a number of at least this.",
        "less_than": "Is a number below this.",
        "less_than_or_equal": "Is a number of at most this.",
        "ignore_case": "Whether capital and small letters are alike.",
        "negated": "Whether the condition holds where the comparison does not.",
    },
    "Trigger": {
        "click": "A click on an element that fits this CSS selector, or on something inside it.",
        "submit": "The sending of a form that fits this CSS selector.",
        "visible": "An element that fits this CSS selector comes into view.",
        "timer": "So many seconds after the page was opened.",
        "scroll": "The page was scrolled down to this percentage of its height.",
        "video": 'A video reaches a moment: "start", "complete", or a percentage.',
        "custom": "An event of the site's own, pushed to the data layer under this name.",
        "page": "Only on pages whose path compares like this, such as /pricing.",
        "percent": "With `visible`: how much of the element must be in view. Default: 50.",
        "seconds": "With `visible`: how long it must stay in view. Default: a moment is enough.",
        "once": "true: at most once per page; false: each time.",
    },
    "Source": {
        "value": "Always this.",
        "attribute": "An attribute of the element, such as data-plan.",
        "element": "The element's text, address, id or classes.",
        "page": "The page's address, path, host, title or referrer.",
        "query": "A parameter of the page's address.",
        "data": "What was pushed along with the event, by its key.",
        "video": "What is known of the video.",
    },
    "Audience": {
        "label": "Its display name in GA4. Without one, the table's name in plain words.",
        "description": "Its description in GA4.",
        "did": "Events they did, all of them.",
        "did_not": "Events they did not do, none of them.",
        "days": "How many days they stay after they last qualified; GA4 does not let this be changed later.",
    },
    "Dimension": {
        "label": "Its display name in GA4.",
        "scope": "What it describes: an event, a user, or an item. It cannot be changed later.",
        "parameter": "The parameter's name, where the table is called otherwise.",
        "description": "Its description in GA4.",
        "disallow_ads_personalization": "Keeps a user-scoped dimension out of personalised advertising.",
        "business_types": _WANTED_TYPES,
    },
    "Metric": {
        "label": "Its display name in GA4.",
        "unit": "What it is measured in.",
        "description": "Its description in GA4.",
        "restricted": "For money: who may see it. Needed with the unit currency, and only then.",
        "business_types": _WANTED_TYPES,
    },
    "CalculatedMetric": {
        "label": "Its display name in GA4.",
        "formula": "How it is computed, such as {customEvent:credits} / {sessions}.",
        "unit": "What it is measured in.",
        "description": "Its description in GA4.",
        "business_types": _WANTED_TYPES,
    },
    "Retention": {
        "events": "How long events are kept.",
        "users": "How long data of users is kept.",
        "reset_on_new_activity": "Whether a user's time begins anew with every event.",
    },
    "Guard": {
        "share": "Share of one kind of thing, from 0 to 1.",
        "count": "Number of things in all.",
    },
    "Patterns": _IDENTITIES,
    "Absent": _IDENTITIES,
}
"""By model and key as the file writes it."""
