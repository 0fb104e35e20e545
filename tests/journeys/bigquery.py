"""A BigQuery emulator for the tests: started as `MILEPOST_BIGQUERY_EMULATOR` says, filled over its API."""

from __future__ import annotations

import io
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

PROJECT = "test-project"
VARIABLE = "MILEPOST_BIGQUERY_EMULATOR"
"""`host:port` of a running one, or the Python of the environment that `bqemulator` is installed in."""


@contextmanager
def emulator(where: str) -> Iterator[str]:
    """Its address, `host:port`; it ends with the block if it was started here."""
    if not Path(where).exists():
        yield where
        return
    command = [
        where,
        "-m",
        "bqemulator",
        "start",
        "--rest-port",
        "0",
        "--grpc-port",
        "0",
        "--project",
        PROJECT,
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=_environ()
    ) as run:
        try:
            yield _address(run)
        finally:
            run.terminate()


def _environ() -> dict[str, str]:
    """The machine's own, less what would lead another Python astray."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def _address(run: subprocess.Popen[str]) -> str:
    told = []
    for line in run.stdout or ():
        told.append(line)
        if '"rest.listen"' in line:
            start = json.loads(line)
            return f"{start['host']}:{start['port']}"
    raise RuntimeError(f"the BigQuery emulator did not start: {''.join(told[-5:])}")


class Dataset:
    """A dataset of export tables."""

    def __init__(self, address: str, name: str) -> None:
        options = ClientOptions(api_endpoint=f"http://{address}")
        credentials = AnonymousCredentials()  # type: ignore[no-untyped-call]
        self._client = bigquery.Client(PROJECT, credentials=credentials, client_options=options)
        self._client.create_dataset(name)
        self.name = f"{PROJECT}.{name}"
        self.events = f"bigquery://{self.name}"

    def load(self, table: str, rows: pa.Table) -> None:
        """One table, such as `events_20260302`, with these rows."""
        full = f"{self.name}.{table}"
        self._client.create_table(bigquery.Table(full, schema=[_field(field) for field in rows.schema]))
        content = io.BytesIO()
        pq.write_table(rows, content)
        content.seek(0)
        config = bigquery.LoadJobConfig(source_format="PARQUET", write_disposition="WRITE_APPEND")
        self._client.load_table_from_file(content, full, job_config=config).result()


def _field(field: pa.Field) -> bigquery.SchemaField:
    kind, mode = field.type, "NULLABLE"
    if pa.types.is_list(kind):
        kind, mode = kind.value_type, "REPEATED"
    if pa.types.is_struct(kind):
        return bigquery.SchemaField(field.name, "RECORD", mode=mode, fields=[_field(part) for part in kind])
    names = {pa.string(): "STRING", pa.int64(): "INT64", pa.float64(): "FLOAT64"}
    return bigquery.SchemaField(field.name, names[kind], mode=mode)
