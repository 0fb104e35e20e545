"""pull: a live property → a file that plans to nothing."""

from __future__ import annotations

from milepost.errors import ConfigError, InputError
from milepost.gateways.admin import AdminGateway
from milepost.model.declared import DeclaredProperty
from milepost.model.document import Absent, Document, Role
from milepost.model.load import check_text
from milepost.operations.pull_text import FileText
from milepost.operations.pull_update import bring_up
from milepost.operations.pulled import Pulled, take_out_objections
from milepost.operations.session import Session
from milepost.operations.starter import catalogue
from milepost.reconcile.declare import declare, guess_roles
from milepost.reconcile.kinds import KINDS
from milepost.reconcile.live import Live, read_live


def pull_property(
    session: Session, property_id: str, name: str, *, stream: str | None = None, existing: str | None = None
) -> Pulled:
    """Reads one property and writes it down.

    Args:
        session: where to read.
        property_id: digits, or `demo`; not needed for a property that `existing` has.
        name: the name the file gives the property. If `existing` has it, its declarations are brought up to
            what is live; otherwise a property and a business type of that name are added.
        stream: which web stream, where there are several.
        existing: text of a file to add to; its comments and order stay.

    Raises:
        RemoteError: the property cannot be read.
        InputError: the existing file has a business type in the way.
        ConfigError: the existing file has errors.
    """
    document = _check_existing(existing)
    text = FileText(existing)
    if document is not None and name in document.properties:
        return bring_up(session, document, text, name, catalogue_roles())
    if document is not None and name in document.business_types:
        raise InputError(f"business_types.{name}", "is in the file already", "Choose another name.")
    probe = DeclaredProperty(name, property_id, (name,), stream, (), (), ())
    connection, reached = session.reach(probe)
    live = read_live(AdminGateway(connection), probe, reached, everything=True)
    absent = document.absent if document is not None else Absent()
    declaration = declare(live, leave_alone=_named(absent, live))
    roles = guess_roles(declaration.conversions, catalogue_roles())
    text.add_property(name, property_id, name, stream, live.facts.currency_code)
    if declaration.retention:
        text.add(("properties", name, "retention"), declaration.retention)
    text.add_declaration(name, live.facts.display_name, declaration, roles)
    left_out = [*declaration.left_out, *take_out_objections(text, name, live)]
    return Pulled(text.render(), tuple(left_out), roles)


def _check_existing(existing: str | None) -> Document | None:
    if existing is None:
        return None
    document, problems = check_text(existing)
    if document is None or any(p.severity == "error" for p in problems):
        raise ConfigError("the existing file", problems)
    return document


def _named(absent: Absent, live: Live) -> list[str]:
    """Resource names of what the file wants gone: it cannot declare them, too."""
    return [
        resource.name
        for kind in KINDS
        for resource in live.resources[kind.name]
        if kind.identity(resource.fields) in absent.of(kind.section)
    ]


def catalogue_roles() -> dict[str, Role]:
    """Roles of the catalogue's events; where its business types differ, the smaller one."""
    roles: dict[str, Role] = {}
    for business_type in catalogue().business_types.values():
        for event, role, _ in business_type.conversions():
            roles[event] = "micro" if "micro" in (role, roles.get(event, role)) else role
    return roles
