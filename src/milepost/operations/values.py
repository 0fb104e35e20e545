"""values: what the file could say micro conversions are worth, and the file with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from milepost.errors import InputError
from milepost.journeys.proposals import Basis, Proposal, ValueReport
from milepost.journeys.results import LiftReport, LiftTable
from milepost.journeys.values import propose
from milepost.model.declared import DeclaredConversion, declared_property
from milepost.model.document import Document
from milepost.model.lines import parts_of
from milepost.model.load import ConversionsFile, check_text
from milepost.operations.lift import LiftChoice, lift_properties
from milepost.operations.outcome import SILENT, Failure, Watch
from milepost.operations.pull_text import FileText
from milepost.operations.session import Session


def value_properties(
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    choice: LiftChoice,
    basis: Basis = "worth",
    *,
    watch: Watch = SILENT,
) -> tuple[ValueReport | Failure, ...]:
    """Proposals for the values of micro conversions, for each property asked for (none: all).

    Raises:
        InputError: a name that the file does not have, or a choice that makes no sense.
    """
    found = lift_properties(file, names, session, choice, watch=watch)
    return tuple(
        result if isinstance(result, Failure) else _proposed(file.document, result, basis) for result in found
    )


def with_values(text: str, reports: Iterable[ValueReport]) -> str:
    """The file's text with the values that are to be added or changed; everything else stays as it is.

    Raises:
        InputError: the file would not be valid any more, which is left as it is then.
    """
    changed = FileText(text)
    for proposal in (proposal for report in reports for proposal in report.proposals if proposal.changes):
        _write(changed, proposal)
    new = changed.render()
    _, problems = check_text(new)
    if found := next((problem for problem in problems if problem.severity == "error"), None):
        raise InputError(found.path, f"would not be valid: {found.cause}", "Write this value by hand.")
    return new


def _proposed(document: Document, found: LiftReport, basis: Basis) -> ValueReport | Failure:
    declared = declared_property(document, found.name)
    try:
        table = _one_table(found)
    except InputError as error:
        return Failure(found.name, declared.id, error)
    micros = {micro.event: micro for micro in declared.with_role("micro")}
    return ValueReport(
        name=found.name,
        property_id=found.property_id,
        source=found.source,
        first_day=found.first_day,
        last_day=found.last_day,
        within_seconds=found.within_seconds,
        basis=basis,
        macro=table.macro,
        macro_label=table.label,
        macro_users=table.macro_users,
        macro_value=table.value,
        stopped=table.stopped,
        proposals=tuple(
            replace(proposal, path=_path(document, found.name, micros[proposal.event]))
            for proposal in propose(table, micros, basis)
        ),
        notes=found.notes,
    )


def _one_table(found: LiftReport) -> LiftTable:
    """The macro conversion that values are taken from: an event has one value, whatever it leads to.

    Raises:
        InputError: it is not clear which.
    """
    worth = [table for table in found.tables if table.value is not None]
    if len(worth) > 1:
        known = ", ".join(table.macro for table in worth)
        raise InputError(
            f"property {found.name}",
            f"has several macro conversions with a value ({known}), and an event has one value",
            "Name the one that its micro conversions lead to with --macro.",
        )
    return (worth or found.tables)[0]


def _path(document: Document, name: str, micro: DeclaredConversion) -> tuple[str, ...]:
    """The table that holds the value: the property's own where it has one, or others share the type."""
    entry = document.properties[name]
    shared = parts_of(micro.origin.partition(" and ")[0])
    own = ("properties", name, "conversions", micro.event)
    override = entry.conversions.get(micro.event)
    if override is not None and "value" in override.told():
        return own
    others = (other for key, other in document.properties.items() if key != name)
    return own if any(shared[1] in other.business_types for other in others) else shared


def _write(text: FileText, proposal: Proposal) -> None:
    value = proposal.value or 0.0
    values: dict[str, object] = {"value": int(value) if value.is_integer() else value}
    if proposal.declared_currency is None:
        # GA4 reads a value only beside its currency.
        values["currency"] = proposal.currency
    if text.table(proposal.path) is None:
        text.add(proposal.path, values)
        return
    for key, item in values.items():
        text.set(proposal.path, key, item)
