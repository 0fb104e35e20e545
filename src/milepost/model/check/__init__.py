"""What the shape of the file cannot tell: GA4's rules, and whether its parts agree with each other."""

from __future__ import annotations

from milepost.model.check.business_types import check_business_types
from milepost.model.check.definitions import check_definitions
from milepost.model.check.properties import check_properties
from milepost.model.document import Document
from milepost.model.findings import Finding


def check_document(document: Document, *, whole: bool = True) -> list[Finding]:
    """Every violated rule and every doubtful thing.

    Args:
        document: the file.
        whole: False when broken parts were taken out before; what is missing then is not held against it.
    """
    findings = [*check_business_types(document), *check_definitions(document), *check_properties(document)]
    if not whole:
        return [f for f in findings if f.severity == "error" and "declares no" not in f.cause]
    if not document.properties:
        findings.append(
            Finding(
                (), "the file declares no property", 'Add [properties.NAME] with id = "demo" or your own.'
            )
        )
    return findings
