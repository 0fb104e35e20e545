"""Where each property is reached: at Google, at the emulator the environment names, or the embedded one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from threading import Lock

from milepost.errors import EmulatorError, InputError
from milepost.gateways.connection import EMULATOR_VARIABLE, Connection
from milepost.gateways.credentials import Access
from milepost.model.declared import DEMO, DeclaredProperty

STATE_VARIABLE = "MILEPOST_STATE_DIR"
"""Folder for the embedded emulator's state, in place of the user's state folder."""


class Session:
    """Connections for the properties of one command, opened when first needed and closed together.

    Args:
        access: the narrowest the command can live with.
        environ: in place of the process's environment.
    """

    def __init__(self, access: Access, environ: Mapping[str, str] | None = None) -> None:
        self._access: Access = access
        self._environ = os.environ if environ is None else environ
        self._stack = ExitStack()
        self._connections: dict[str, Connection] = {}
        self._demo_names: dict[str, str] = {}
        self._lock = Lock()

    def reach(self, declared: DeclaredProperty) -> tuple[Connection, str]:
        """The connection for a property, and its id there (`demo` stands for one of the emulator's own).

        Raises:
            EmulatorError: the embedded emulator cannot be started.
            UnreachableError: the emulator that the environment names does not answer.
            SignInError: no credentials for Google.
        """
        address = self._environ.get(EMULATOR_VARIABLE, "").strip()
        with self._lock:
            property_id = self._demo_property(declared) if declared.id == DEMO else declared.id
            where = address or ("embedded" if declared.id == DEMO else "google")
            if where not in self._connections:
                emulator = self._embedded() if where == "embedded" else address or None
                self._connections[where] = self._stack.enter_context(Connection(self._access, emulator))
            return self._connections[where], property_id

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
            return self._stack.enter_context(Emulator.for_demo(self._state_file())).address
        except EmulatorStartError as error:
            raise EmulatorError("embedded emulator", str(error)) from None

    def _state_file(self) -> Path:
        from platformdirs import user_state_path

        folder = self._environ.get(STATE_VARIABLE, "").strip()
        return (Path(folder) if folder else user_state_path("milepost")) / "emulator.json"

    def close(self) -> None:
        """Close every connection and stop the embedded emulator."""
        self._stack.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
