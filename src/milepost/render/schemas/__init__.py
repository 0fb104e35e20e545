"""JSON Schemas of everything that `--format json` prints: what is promised to programs."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from milepost.render.schemas.parts import Document

DRAFT = "https://json-schema.org/draft/2020-12/schema"

VIEWS = {
    "report": ("report", "ReportDocument", "report"),
    "breakdown": ("dimension", "BreakdownDocument", "report --by DIMENSION"),
    "heat": ("dimension", "HeatDocument", "report --heat"),
    "experiment": ("experiment", "ExperimentDocument", "report --by experiment"),
    "funnel": ("funnel", "FunnelDocument", "funnel"),
    "lift": ("lift", "LiftDocument", "lift"),
    "paths": ("paths", "PathsDocument", "paths"),
    "values": ("values", "ValuesDocument", "values"),
    "verify": ("verify", "VerifyDocument", "verify"),
    "wait": ("verify", "WaitDocument", "verify --wait"),
    "send_test": ("send_test", "SendTestDocument", "verify --send-test"),
    "plan": ("plan", "PlanDocument", "plan"),
    "sync": ("plan", "SyncDocument", "sync"),
    "doctor": ("doctor", "DoctorDocument", "doctor"),
    "tag": ("tag", "TagDocument", "tag"),
}
"""Module, model and command of each document."""


def document_of(view: str) -> type[Document]:
    """The model of a view's document.

    Raises:
        KeyError: there is no such view.
    """
    module, name, _ = VIEWS[view]
    model: type[Document] = getattr(import_module(f"{__name__}.{module}"), name)
    return model


def view_schema(view: str) -> dict[str, Any]:
    """The schema of a view's document as plain values: it takes no key that it does not describe."""
    made = document_of(view).model_json_schema(by_alias=True)
    definitions = made.pop("$defs", {})
    for table in (made, *definitions.values()):
        for entry in table.get("properties", {}).values():
            # Made of the key alone, they say nothing; what is left out is not there, which is no value.
            entry.pop("title", None)
            entry.pop("default", None)
    title = f"milepost {VIEWS[view][2]} --format json"
    return {"$schema": DRAFT, **made, "title": title, "$defs": definitions}


def view_schema_text(view: str) -> str:
    """The schema as a JSON file's text."""
    return json.dumps(view_schema(view), indent=2, ensure_ascii=False) + "\n"
