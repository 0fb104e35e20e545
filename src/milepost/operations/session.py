"""Where each property is reached: at Google, at the emulator the environment names, or the embedded one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

from milepost.errors import EmulatorError, InputError
from milepost.gateways.connection import EMULATOR_VARIABLE, Connection
from milepost.gateways.credentials import Access
from milepost.gateways.pacing import GOOGLE, UNLIMITED, Pacer, Rates
from milepost.model.declared import DEMO, DeclaredProperty

if TYPE_CHECKING:
    from milepost.operations.locks import PropertyLocks

STATE_VARIABLE = "MILEPOST_STATE_DIR"
"""Folder for the embedded emulator's state and for locks, in place of the user's state folder."""

READS_VARIABLE = "MILEPOST_READS_PER_MINUTE"
WRITES_VARIABLE = "MILEPOST_WRITES_PER_MINUTE"

_EMBEDDED = "embedded"


class Session:
    """Connections for the properties of one command, opened when first needed and closed together.

    Args:
        access: the narrowest the command can live with.
        environ: in place of the process's environment.
        rates: Admin API calls a minute. What they leave open, `MILEPOST_READS_PER_MINUTE` and
            `MILEPOST_WRITES_PER_MINUTE` say, and after them what Google gives a user; an emulator sets
            no limit of its own.
        pacer: to keep the calls within a quota in a way of its own; `rates` then say nothing.
        wait: seconds to wait for another sync of the same property.

    Raises:
        InputError: a variable holds no number of calls.
    """

    def __init__(
        self,
        access: Access,
        environ: Mapping[str, str] | None = None,
        *,
        rates: Rates = UNLIMITED,
        pacer: Pacer | None = None,
        wait: float = 0.0,
    ) -> None:
        self._access: Access = access
        self._environ = os.environ if environ is None else environ
        self._rates = Rates(
            rates.calls or _per_minute(self._environ, READS_VARIABLE),
            rates.writes or _per_minute(self._environ, WRITES_VARIABLE),
        )
        self._pacer = pacer
        self._wait = wait
        self._stack = ExitStack()
        self._connections: dict[str, Connection] = {}
        self._demo_names: dict[str, str] = {}
        self._lock = Lock()
        self._collects_at = ""
        self._locks: PropertyLocks | None = None
        self._halted = Event()

    def reach(self, declared: DeclaredProperty) -> tuple[Connection, str]:
        """The connection for a property, and its id there (`demo` stands for one of the emulator's own).

        Raises:
            EmulatorError: the embedded emulator cannot be started.
            UnreachableError: the emulator that the environment names does not answer.
            SignInError: no credentials for Google.
        """
        with self._lock:
            property_id = self._demo_property(declared) if declared.id == DEMO else declared.id
            where = self._where(declared)
            if where not in self._connections:
                emulator = self._embedded() if where == _EMBEDDED else self._address or None
                connection = Connection(self._access, emulator, self._pacer or self._own_pacer(emulator))
                self._connections[where] = self._stack.enter_context(connection)
                if self.halted:
                    connection.pacer.halt()
            return self._connections[where], property_id

    @property
    def _address(self) -> str:
        return self._environ.get(EMULATOR_VARIABLE, "").strip()

    def _where(self, declared: DeclaredProperty) -> str:
        return self._address or (_EMBEDDED if declared.id == DEMO else "google")

    def _own_pacer(self, emulator: str | None) -> Pacer:
        usual = UNLIMITED if emulator else GOOGLE
        return Pacer(Rates(self._rates.calls or usual.calls, self._rates.writes or usual.writes))

    def hold(self, declared: DeclaredProperty) -> None:
        """Keep other syncs on this machine away from a property until `release`, or until the session ends.

        Raises:
            BusyError: another one is at it, or the file names the property twice.
            InputError: the state folder cannot be used.
        """
        from milepost.operations.locks import PropertyLocks

        with self._lock:
            if self._locks is None:
                self._locks = PropertyLocks(self._state_folder() / "locks", self._wait, self._halted)
                self._stack.callback(self._locks.release_all)
            property_id = self._demo_property(declared) if declared.id == DEMO else declared.id
        self._locks.acquire(declared.name, f"{self._where(declared)}-{property_id}")

    def release(self, declared: DeclaredProperty) -> None:
        """Let other syncs have the property; nothing happens when it is not held."""
        if self._locks is not None:
            self._locks.release(declared.name)

    def halt(self) -> None:
        """Begin nothing any more: changes in flight are carried through, what waits is given up.

        May be called from any thread and from a signal handler.
        """
        self._halted.set()
        for connection in tuple(self._connections.values()):
            connection.pacer.halt()

    @property
    def halted(self) -> bool:
        """Whether `halt` was called."""
        return self._halted.is_set()

    def pause(self, seconds: float) -> None:
        """Wait so long, or until `halt`."""
        self._halted.wait(seconds)

    @property
    def waiting(self) -> float:
        """Seconds until a call that waits for its quota may go; 0 when none waits."""
        return max((c.pacer.waiting for c in tuple(self._connections.values())), default=0.0)

    def _demo_property(self, declared: DeclaredProperty) -> str:
        from milepost.emulator.properties import demo_property

        property_id = demo_property(declared.business_types)
        taken_by = self._demo_names.setdefault(property_id, declared.name)
        if taken_by != declared.name:
            raise InputError(
                f"properties.{declared.name}.id",
                f'is "demo" like that of properties.{taken_by}, of the same business type: one property',
                "Run 'milepost emulator --property ID' for a second one, and use that id.",
            )
        return property_id

    def _embedded(self) -> str:
        """Starts the embedded emulator; it ends with the session and keeps its state in the user's folder."""
        try:
            from milepost.emulator.embedded import Emulator, EmulatorStartError
        except ImportError as error:
            raise EmulatorError(
                'id = "demo"',
                f"the emulator's packages are missing ({error.name})",
                "pip install 'milepost[emulator]'",
            ) from None
        try:
            running = self._stack.enter_context(Emulator.for_demo(self._state_file()))
        except EmulatorStartError as error:
            raise EmulatorError("embedded emulator", str(error)) from None
        self._collects_at = running.collect_address
        return running.address

    def measurement_origin(self, declared: DeclaredProperty) -> str:
        """Where servers send events of a property, which was reached before: scheme and host.

        Raises:
            InputError: the variable that names it holds no address, or is missing beside a server of our own:
                what is meant for an emulator must not reach Google.
        """
        from milepost.gateways.measurement import GOOGLE, HOST_VARIABLE, checked_origin

        named = self._environ.get(HOST_VARIABLE, "").strip()
        if named:
            return checked_origin(named)
        where = self._where(declared)
        if where == _EMBEDDED:
            return checked_origin(self._collects_at)
        if where != "google":
            raise InputError(
                HOST_VARIABLE,
                f"is not set, and {EMULATOR_VARIABLE} names an emulator",
                "Set it to the second line that 'milepost emulator' prints.",
            )
        return GOOGLE

    def _state_file(self) -> Path:
        return self._state_folder() / "emulator.json"

    def _state_folder(self) -> Path:
        from platformdirs import user_state_path

        folder = self._environ.get(STATE_VARIABLE, "").strip()
        return Path(folder) if folder else user_state_path("milepost")

    def close(self) -> None:
        """Close every connection and stop the embedded emulator."""
        self._stack.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _per_minute(environ: Mapping[str, str], variable: str) -> int | None:
    """The number of calls a variable sets; None when it is not set."""
    written = environ.get(variable, "").strip()
    if not written:
        return None
    if not (written.isascii() and written.isdigit()) or int(written) < 1:
        raise InputError(variable, f'"{written}" is no number of calls', "Give a whole number from 1.")
    return int(written)
