"""What the shape of the file cannot tell: GA4's rules, and whether its parts agree with each other."""

from __future__ import annotations

from collections.abc import Sequence

from milepost.model.check.business_types import check_business_types
from milepost.model.check.calculated_metrics import check_calculated_metrics
from milepost.model.check.consistency import check_consistency
from milepost.model.check.definitions import check_definitions
from milepost.model.check.properties import check_properties
from milepost.model.check.triggers import check_triggers
from milepost.model.document import Document
from milepost.model.findings import Finding, nearest


def check_document(document: Document, broken: Sequence[Finding] = ()) -> list[Finding]:
    """Every violated rule and every doubtful thing.

    Args:
        document: the file.
        broken: what was taken out before, because of its shape. Its absence is not held against the file,
            and what is merely doubtful waits until the shape is right.
    """
    findings = [
        *check_business_types(document),
        *check_triggers(document),
        *check_consistency(document),
        *check_definitions(document),
        *check_calculated_metrics(document),
        *check_properties(document),
    ]
    if not document.properties:
        findings.append(
            Finding(
                (),
                "the file declares no property",
                'Add [properties.NAME] with id = "demo" or your own.',
                lacks="properties",
            )
        )
    if not broken:
        return findings
    taken_out = {part for f in broken for part in f.path}
    return [f for f in findings if f.severity == "error" and not (f.lacks and nearest(f.lacks, taken_out))]
