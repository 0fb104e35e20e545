"""What one kind of Admin API resource is: a description that the general machinery works from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import grpc

from milepost.emulator.admin.limits import Limits
from milepost.emulator.admin.names import WHOLE_NUMBER
from milepost.emulator.admin.paging import FIFTY, PageRule
from milepost.emulator.clock import Clock
from milepost.emulator.rpc import RpcError
from milepost.emulator.store import Store
from milepost.emulator.switches import Switches

Change = tuple[str, Any, Any]
"""Resource name, the resource before (None: it was created) and after (None: it went); plain messages."""


@dataclass(frozen=True)
class Environment:
    """What every method works with."""

    store: Store
    clock: Clock
    switches: Switches
    limits: Limits


@dataclass(frozen=True)
class Text:
    """Rule for a text: its longest length, and the pattern it matches as a whole.

    Characters are Unicode code points, or UTF-16 units where the API counts those.
    """

    longest: int
    pattern: str | None = None
    utf16: bool = False

    def length(self, text: str) -> int:
        """Length in the rule's own unit."""
        return len(text.encode("utf-16-le")) // 2 if self.utf16 else len(text)


@dataclass(frozen=True)
class Field:
    """How one field behaves; one that a kind does not describe is optional and may be changed."""

    required: bool = False
    immutable: bool = False
    output: bool = False
    text: Text | None = None


OUTPUT = Field(output=True)


@dataclass
class Draft:
    """A resource on its way into the store, and all that its rules may ask about.

    `new` may be changed until it is stored; `old` is None for a create. Both are plain protobuf
    messages, as is `root`, the property or account they belong to.
    """

    kind: Kind
    environment: Environment
    parent: str
    root: Any
    new: Any
    old: Any
    now: datetime
    actor: str = ""
    """E-mail address of the caller."""

    @property
    def store(self) -> Store:
        """The store it goes into."""
        return self.environment.store

    @property
    def switches(self) -> Switches:
        """The switches in force."""
        return self.environment.switches

    def siblings(self, collection: str | None = None) -> Iterator[Any]:
        """Live resources of the same parent, itself left out, as plain messages.

        Args:
            collection: another one than its own, such as `customMetrics`.
        """
        own_name = self.old.name if self.old is not None else None
        for name, record in self.store.children(self.parent, collection or self.kind.collection):
            if name != own_name:
                yield plain(record.message)


def refuse_system_made(draft: Draft, what: str) -> None:
    """Refuse to change what GA4 itself made.

    Args:
        draft: the change.
        what: what cannot be changed, as the error says it.

    Raises:
        RpcError: by default FAILED_PRECONDITION.
    """
    raise RpcError(grpc.StatusCode[draft.switches.system_resource_code], f"{what} cannot be changed.")


def no_rule(_: Draft) -> None:
    """The rule that everything keeps."""


def no_change(*_: Any) -> Sequence[Change]:
    """What most writes bring about elsewhere."""
    return ()


def never(_: Any) -> bool:
    """The answer of kinds to which a question does not apply."""
    return False


@dataclass(frozen=True)
class Kind:
    """One kind of resource.

    Everything the API offers follows from the names: `message` KeyEvent and `plural` KeyEvents give
    GetKeyEvent, ListKeyEvents and so on, in the versions that have such a request.
    """

    message: Any
    """proto-plus class of v1alpha."""
    plural: str
    collection: str
    """Last collection of its name, such as `keyEvents`."""
    parent: tuple[str, ...]
    """Collections of its parent's name, such as `("properties", "dataStreams")`; empty at the top."""
    verbs: tuple[str, ...]
    """Which of Get, List, Create, Update, Delete and Archive the machinery answers."""
    fields: Mapping[str, Field] = field(default_factory=dict)
    """By path, nested ones with dots."""
    check: Callable[[Draft], None] = no_rule
    """Rules that take more than one field to judge; raises RpcError."""
    fill: Callable[[Draft], None] = no_rule
    """Sets what the server decides at creation, beside name and times."""
    derive: Callable[[Store, Any], None] | None = None
    """Sets what follows from other resources or from GA4 itself; asked again whenever one is read."""
    initial: Callable[[Any], Any] | None = None
    """Makes the kind a singleton: what a parent (plain message) has until somebody changes it, or None
    when it has no such settings. Nothing is created or deleted then, only read and updated."""
    identity: tuple[str, ...] = ()
    """Paths whose values no two siblings share. Archived ones keep theirs."""
    clashes: Callable[[Draft], bool] = never
    """Whether something else that must be unique is taken, such as a display name."""
    buckets: Callable[[Any], tuple[str, ...]] = lambda _: ()
    """Which caps of `limits.LIMITS` an item counts against."""
    removable: Callable[[Any], bool] = lambda _: True
    """Whether GA4 lets an item go."""
    created: Callable[[Draft], None] = no_rule
    """What else comes into being with an item, after it was stored."""
    settle: Callable[[Store, str, Any, datetime], Sequence[Change]] = no_change
    """What a write brings about in other items of the kind: given the parent's name, the item as stored
    (None: it is gone) and the moment."""
    page: PageRule = FIFTY
    list_filter: Callable[[Any], Callable[[Any], bool]] | None = None
    """From a List request, which items (plain messages) it asks for."""
    id_field: str = ""
    """Field of the Create request by which the caller chooses the last part of the name."""
    id_pattern: str = WHOLE_NUMBER
    """What the last part of a name looks like."""
    mask_optional: bool = False
    """Whether an update without a mask takes over every populated field."""

    @property
    def singular(self) -> str:
        """CamelCase name of one, such as `KeyEvent`."""
        return str(self.message.__name__)


def plain(message: Any) -> Any:
    """The protobuf message inside a proto-plus one. Belongs to the store: copy before changing."""
    return type(message).pb(message)


def copy_of(message: Any) -> Any:
    """A plain message of one's own."""
    copy = type(message)()
    copy.CopyFrom(message)
    return copy
