"""pull into a file that has the property already: its declarations are brought up to what is live."""

from __future__ import annotations

from collections.abc import Mapping

from milepost.errors import InputError
from milepost.gateways.admin import AdminGateway
from milepost.model.declared import DeclaredProperty, declared_property
from milepost.model.document import Document, Role
from milepost.model.lines import parts_of
from milepost.operations.pull_text import FileText
from milepost.operations.pulled import Pulled, take_out_objections
from milepost.operations.session import Session
from milepost.reconcile.declare import declare
from milepost.reconcile.diff import diff_property
from milepost.reconcile.kinds import KINDS, Kind
from milepost.reconcile.live import Live, read_live
from milepost.reconcile.plan import Change, Plan, Refused

_RULE_KEYS = ("from", "when", "set", "copy_parameters")


def bring_up(
    session: Session, document: Document, text: FileText, name: str, known_roles: Mapping[str, Role]
) -> Pulled:
    """Sets what differs to what is live, takes out what is not live, and adds what the file does not mention.

    Raises:
        RemoteError: the property cannot be read.
        InputError: a business type of the property is shared, so that the others would change with it.
    """
    _require_own_types(document, name)
    declared = declared_property(document, name)
    connection, property_id = session.reach(declared)
    live = read_live(AdminGateway(connection), declared, property_id)
    plan = diff_property(declared, live)
    differences: list[Change | Refused] = [*plan.changes, *plan.refused]
    for difference in differences:
        _settle(text, name, difference, live)
    left_out, guessed = _add_unmanaged(text, declared, plan, live, known_roles)
    left_out += take_out_objections(text, name, live)
    return Pulled(text.render(), tuple(left_out), guessed)


def _require_own_types(document: Document, name: str) -> None:
    own = document.properties[name].business_types
    for other, entry in document.properties.items():
        shared = set(own) & set(entry.business_types)
        if other != name and shared:
            raise InputError(
                f"properties.{name}",
                f"shares business_types.{sorted(shared)[0]} with properties.{other}",
                "Pull it under another name, or give it a business type of its own first.",
            )


def _settle(text: FileText, name: str, difference: Change | Refused, live: Live) -> None:
    """One difference: the file gives way."""
    if isinstance(difference, Change) and difference.removes:
        section = str(difference.kind.section)
        kept = [i for i in text.table(("absent", section)) if i != difference.identity]
        text.set(("absent",), section, kept)
    elif isinstance(difference, Change) and difference.action == "create":
        _undeclare(text, difference)
    else:
        _copy_live(text, name, difference, live)


def _undeclare(text: FileText, change: Change) -> None:
    path = parts_of(change.origin)
    if change.kind.section == "key_events":
        text.drop(path, ("counting", "value"))
        text.set(path, "key_event", False)
    elif change.kind.section == "event_create_rules":
        text.drop(path, _RULE_KEYS)
    else:
        text.remove(change.origin)


def _copy_live(text: FileText, name: str, difference: Change | Refused, live: Live) -> None:
    kind = difference.kind
    found = _closest(kind, difference, live)
    entry = kind.declare(found) if found is not None else None
    if entry is None:
        return
    path = ("properties", name, "retention") if entry.path == ("retention",) else parts_of(difference.origin)
    table = text.table(path)
    if table is None:
        return
    told = [key for key in table if key in entry.values]
    for key in told:
        if table[key] != entry.values[key]:
            text.set(path, key, entry.values[key])
    for key in _keys_of(kind):
        if key in table and key not in entry.values:
            text.drop(path, (key,))
        elif key not in table and key in entry.values and key in _companions(difference):
            text.set(path, key, entry.values[key])


def _closest(kind: Kind, difference: Change | Refused, live: Live) -> Mapping[str, object] | None:
    resource = difference.resource if isinstance(difference, Change) else ""
    return next(
        (
            r.fields
            for r in live.resources[kind.name]
            if r.name == resource or (not resource and kind.identity(r.fields) == difference.identity)
        ),
        None,
    )


def _keys_of(kind: Kind) -> tuple[str, ...]:
    """Keys of a table that a difference of this kind may take away or bring."""
    return {
        "key_events": ("value", "currency"),
        "event_create_rules": _RULE_KEYS,
        "audiences": ("did", "did_not", "days", "description"),
    }.get(str(kind.section), ())


def _companions(difference: Change | Refused) -> tuple[str, ...]:
    """Keys the file needs for a difference although it does without them now."""
    if "default_value" in difference.fields:
        return ("value", "currency")
    if difference.kind.section in ("event_create_rules", "audiences"):
        return _keys_of(difference.kind)
    return ()


def _add_unmanaged(
    text: FileText, declared: DeclaredProperty, plan: Plan, live: Live, known_roles: Mapping[str, Role]
) -> tuple[list[str], dict[str, Role]]:
    """Declares what is live and in the file's way of nobody; ignored things stay ignored."""
    wanted = {(u.kind.name, u.identity) for u in plan.unmanaged}
    others = [
        r.name
        for kind in KINDS
        for r in live.resources[kind.name]
        if (kind.name, kind.identity(r.fields)) not in wanted
    ]
    declaration = declare(live, leave_alone=others)
    declaration.retention.clear()
    here = {c.event: parts_of(c.origin.partition(" and ")[0]) for c in declared.conversions}
    for event in [event for event in declaration.conversions if event in here]:
        table = declaration.conversions.pop(event)
        if "key_event" not in table:
            text.drop(here[event], ("key_event",))
        for key, value in table.items():
            text.set(here[event], key, value)
    new = {event: known_roles.get(event, "micro") for event in declaration.conversions}
    text.add_declaration(declared.business_types[0], None, declaration, new)
    return list(declaration.left_out), new
