"""doctor's findings for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from milepost.model.diagnosis import Check, Diagnosis

FORMAT_VERSION = 1


def diagnosis_json(diagnosis: Diagnosis) -> str:
    """`healthy`, the sign-in (null where no property is at Google) and one entry per property."""
    sign_in = {
        "identity": asdict(diagnosis.identity) if diagnosis.identity else None,
        "checks": _checks(diagnosis.sign_in),
    }
    document = {
        "format_version": FORMAT_VERSION,
        "healthy": diagnosis.healthy,
        "sign_in": sign_in if diagnosis.sign_in else None,
        "properties": [
            {
                "name": found.name,
                "property": found.property,
                "display_name": found.display_name or None,
                "emulator": found.emulator,
                "checks": _checks(found.checks),
            }
            for found in diagnosis.properties
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _checks(checks: Sequence[Check]) -> list[dict[str, str | None]]:
    return [
        {
            "check": check.name,
            "status": check.status,
            "finding": check.finding,
            "remedy": check.remedy or None,
        }
        for check in checks
    ]
