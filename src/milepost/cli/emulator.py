"""milepost emulator."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from milepost.cli.fault_options import (
    FaultOption,
    FaultSeedOption,
    FaultsOption,
    LatencyOption,
    QuotaOption,
    read_faults,
)


def emulator(
    port: Annotated[
        int, typer.Option(help="Port on this machine; 0 takes any free one.", min=0, max=65535)
    ] = 0,
    collect_port: Annotated[
        int, typer.Option(help="Port for what sites and servers send, over HTTP.", min=0, max=65535)
    ] = 0,
    state: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep what is configured in this file; default: in memory."),
    ] = None,
    events: Annotated[
        str | None,
        typer.Option(metavar="GLOB", help="Parquet export files as the events of property 100000001."),
    ] = None,
    clock: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="DATE", help="The emulator's present day; default: today."
        ),
    ] = None,
    properties: Annotated[
        list[str] | None,
        typer.Option(
            "--property",
            metavar="ID[=BUSINESS_TYPE]",
            help="A further property; repeat it.",
            show_default=False,
        ),
    ] = None,
    switches: Annotated[
        list[str] | None,
        typer.Option(
            "--switch", metavar="NAME=VALUE", help="Change a behaviour; repeat it.", show_default=False
        ),
    ] = None,
    latency: LatencyOption = None,
    fault: FaultOption = None,
    faults: FaultsOption = None,
    fault_seed: FaultSeedOption = None,
    quota: QuotaOption = None,
) -> None:
    """Run the GA4 emulator as a server; its address is the first line printed. Ctrl-C ends it.

    Point any command at it with ANALYTICS_EMULATOR_HOST=host:port. The second
    line is where sites and servers send events, over HTTP: /g/collect,
    /mp/collect and /debug/mp/collect.
    """
    import signal
    import sys

    from milepost.cli.console import write
    from milepost.errors import EmulatorError, InputError

    try:
        from milepost.emulator.clock import Clock
        from milepost.emulator.embedded import Emulator, EmulatorStartError
        from milepost.emulator.switches import SwitchError, Switches
    except ImportError as error:
        raise EmulatorError(
            "milepost emulator", f"a package is missing ({error.name})", "pip install 'milepost[emulator]'"
        ) from None
    chosen = Switches()
    try:
        for setting in switches or []:
            chosen = chosen.with_setting(setting)
    except SwitchError as error:
        raise InputError("--switch", str(error)) from None
    try:
        running = Emulator(
            state=state,
            events=events,
            clock=Clock.on_day(clock.date()) if clock else None,
            port=port,
            collect_port=collect_port,
            switches=chosen,
            properties=dict(_property(written) for written in properties or []),
            faults=read_faults(latency, fault, faults, fault_seed, quota),
        )
    except EmulatorStartError as error:
        raise EmulatorError("milepost emulator", str(error)) from None
    # A test harness ends it with SIGTERM: the state file must be let go of then, too.
    signal.signal(signal.SIGTERM, lambda *_: running.stop())
    with running:
        write(running.address)
        write(running.collect_address)
        sys.stdout.flush()
        running.wait()


def _property(written: str) -> tuple[str, str]:
    """`ID` or `ID=BUSINESS_TYPE`; without a type, a shop."""
    from milepost.emulator.properties import DEMO_PROPERTY_IDS
    from milepost.errors import InputError

    property_id, _, business_type = written.partition("=")
    if not (property_id.isascii() and property_id.isdigit()):
        raise InputError(
            f"--property {written}", "is no property id", "Write ID or ID=BUSINESS_TYPE, the id in digits."
        )
    if business_type and business_type not in DEMO_PROPERTY_IDS:
        raise InputError(
            f"--property {written}", "unknown business type", f"There are: {', '.join(DEMO_PROPERTY_IDS)}."
        )
    return property_id, business_type or "ecommerce"
