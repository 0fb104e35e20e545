"""What a browser says of itself, in the export's words."""

from __future__ import annotations

import re

_BROWSERS = (
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/([0-9.]+)")),
    ("Opera", re.compile(r"OPR/([0-9.]+)")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/([0-9.]+)")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/([0-9.]+)")),
    ("Chrome", re.compile(r"(?:HeadlessChrome|Chrome|CriOS)/([0-9.]+)")),
    ("Safari", re.compile(r"Version/([0-9.]+).*Safari/")),
)
_SYSTEMS = (
    ("Android", re.compile(r"Android")),
    ("iOS", re.compile(r"iPhone|iPad|iPod")),
    ("Windows", re.compile(r"Windows")),
    ("Macintosh", re.compile(r"Macintosh")),
    ("Chrome OS", re.compile(r"CrOS")),
    ("Linux", re.compile(r"Linux|X11")),
)


def device_of(user_agent: str, language: str | None) -> dict[str, object]:
    """The export's `device` of a browser; fields that cannot be known are left out."""
    browser, version = next(
        ((name, found.group(1)) for name, pattern in _BROWSERS if (found := pattern.search(user_agent))),
        (None, None),
    )
    return {
        "category": _category(user_agent),
        "operating_system": next((name for name, p in _SYSTEMS if p.search(user_agent)), None),
        "language": language,
        "web_info": {"browser": browser, "browser_version": version},
    }


def _category(user_agent: str) -> str | None:
    if not user_agent:
        return None
    if "iPad" in user_agent or ("Android" in user_agent and "Mobile" not in user_agent):
        return "tablet"
    return "mobile" if "Mobi" in user_agent else "desktop"
