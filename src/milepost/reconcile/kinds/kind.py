"""What the reconciler must know of a kind of resource."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from milepost.model.declared import DeclaredProperty
from milepost.model.resources import Resource, ResourceType

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of resource.

    Attributes:
        type: how the Admin API speaks of it.
        label: for people, such as "key event".
        section: its name under `ignore` and `[absent]`, such as "key_events".
        identity: from the immutable fields, as `[absent]` writes it.
        desired: the resources a property's declaration asks for. Fields the file does not tell are left
            out, and are then never touched.
        on_create: values for fields that GA4 demands and the file does not tell.
        comparable: a field's value in a form that is equal when GA4 treats two values as the same.
        limit: the key in `rules.LIMITS` that the resource counts toward; None when it counts toward none.
        removable: False where GA4 says that it cannot be removed.
    """

    type: ResourceType
    label: str
    section: str
    identity: Callable[[Fields], str]
    desired: Callable[[DeclaredProperty], Iterable[Resource]]
    limit: Callable[[Fields], str | None]
    on_create: Mapping[str, Any]
    comparable: Callable[[str, Any], Any] = lambda _, value: value
    removable: Callable[[Fields], bool] = lambda _: True

    @property
    def name(self) -> str:
        """GA4's word, such as `key_event`."""
        return self.type.kind
