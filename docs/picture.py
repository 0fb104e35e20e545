"""Makes docs/report.png anew: the demo's shop as a page, on a fixed day, in headless Chromium.

python docs/picture.py
"""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from milepost.__main__ import main
from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator

_PICTURE = Path(__file__).with_name("report.png")
_NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
_SIZE = {"width": 896, "height": 1040}

_TARGETS = {
    'label = "Purchase"\n': "target = { per_week = 15 }\n",
    'label = "Subscribed to the newsletter"\n': "target = { per_week = 45 }\n",
}


def _page(folder: Path) -> Path:
    """The report of a shop whose file was synced long before, with two targets."""
    config, page = folder / "conversions.toml", folder / "report.html"
    _run("init", "-b", "ecommerce", "-o", str(config))
    text = config.read_text(encoding="utf-8")
    for label, target in _TARGETS.items():
        text = text.replace(label, label + target, 1)
    config.write_text(text.replace('id = "demo"', 'id = "100000001"'), encoding="utf-8")
    with Emulator(clock=Clock(_NOW - timedelta(days=60))) as emulator:
        os.environ["ANALYTICS_EMULATOR_HOST"] = emulator.address
        _run("sync", "--yes", "--config", str(config))
        emulator.clock.set(_NOW)
        _run("report", "--config", str(config), "--format", "html", "--output", str(page))
    return page


def _run(*argv: str) -> None:
    if main(argv):
        sys.exit(f"milepost {' '.join(argv)} failed")


def _take(page: Path) -> None:
    executable = os.environ.get("MILEPOST_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        opened = browser.new_page(viewport={"width": _SIZE["width"], "height": _SIZE["height"]})
        opened.goto(page.as_uri())
        opened.screenshot(path=_PICTURE)
        browser.close()


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        _take(_page(Path(folder)))
