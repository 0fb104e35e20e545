"""What the reconciler must know of a kind of resource."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from milepost.model.declared import DeclaredProperty
from milepost.model.resources import Resource, ResourceType

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """How the file would declare a live thing: the place of its table, and the table's keys.

    A conversion stands under `("conversions", EVENT)`: its role and business type are not GA4's to tell.
    """

    path: tuple[str, ...]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of resource.

    Attributes:
        type: how the Admin API speaks of it.
        label: for people, such as "key event".
        section: its name under `ignore` and `[absent]`, such as "key_events"; None for what cannot go.
        identity: from the immutable fields, as `[absent]` writes it.
        desired: the resources a property's declaration asks for. Fields the file does not tell are left
            out, and are then never touched.
        limit: the key in `rules.LIMITS` that the resource counts toward; None when it counts toward none.
        on_create: values for fields that GA4 demands and the file does not tell.
        immutable: fields that GA4 does not let change, beside those that make the identity.
        comparable: a field's value in a form that is equal when GA4 treats two values as the same.
        removable: False where GA4 says that it cannot be removed.
        requires: (kind name, identity) of what has to be there first, where this plan makes it too.
        label_space: the list in which GA4 wants display names to be unique; None where they need not be.
        declare: how the file would declare a live one; None where the file has no words for it.
    """

    type: ResourceType
    label: str
    section: str | None
    identity: Callable[[Fields], str]
    desired: Callable[[DeclaredProperty], Iterable[Resource]]
    limit: Callable[[Fields], str | None] = lambda _: None
    on_create: Mapping[str, Any] = field(default_factory=dict)
    immutable: frozenset[str] = frozenset()
    comparable: Callable[[str, Any], Any] = lambda _, value: value
    removable: Callable[[Fields], bool] = lambda _: True
    requires: Callable[[Fields], tuple[tuple[str, str], ...]] = lambda _: ()
    label_space: str | None = None
    declare: Callable[[Fields], Entry | None] = lambda _: None

    @property
    def name(self) -> str:
        """GA4's word, such as `key_event`."""
        return self.type.kind
