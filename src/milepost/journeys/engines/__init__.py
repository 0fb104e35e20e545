"""Engines that run GoogleSQL over the events of a GA4 BigQuery export: DuckDB on files, BigQuery in place.

An analysis writes its SQL once, in GoogleSQL, and gives it to an engine as a `Query`:

- The text is a list of CTEs and a final SELECT, without the word WITH. It reads from `events`, which an
  engine defines: the export's own schema, one row per event, cut to the columns the query names and to the
  days asked for. Names of tables, `_TABLE_SUFFIX` and files never stand in it.
- Event parameters are read as analysts write it, with an alias for the element:
  `(SELECT p.value.int_value FROM UNNEST(event_params) AS p WHERE p.key = 'ga_session_id' LIMIT 1)`.
  DuckDB runs such a subquery as a list function, which is forty times as fast as unnesting.
- A query may name one of its CTEs as `staged`: what it reads once from the nested events. It must have a
  column `person`, and everything after it must be counts that can be added up over any division of the
  people, because DuckDB stages it once, for all queries with the same text, and runs the rest over one
  share of the people after the other. So memory stays flat. Rows come once per share: the caller adds up.
- What goes into the text goes through `literal`.

`open_events` makes an engine of what stands behind `--events`. Only this package knows DuckDB, BigQuery and
sqlglot.
"""

from __future__ import annotations

from milepost.journeys.engines.engine import Days, EventsEngine
from milepost.journeys.engines.opening import open_events
from milepost.journeys.engines.query import Query, Row, literal, literals

__all__ = ["Days", "EventsEngine", "Query", "Row", "literal", "literals", "open_events"]
