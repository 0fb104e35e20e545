"""GoogleSQL carried to DuckDB by sqlglot, and made fast where a literal translation would be slow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp


@dataclass(frozen=True)
class Staging:
    """A query in DuckDB's SQL, in two parts: `stage` gives the rows of the CTE `name`, `rest` reads them."""

    name: str
    stage: str
    rest: str


def to_duckdb(text: str) -> str:
    """A GoogleSQL statement as DuckDB takes it."""
    return _sql(_parse(text))


@lru_cache(maxsize=32)
def staging(text: str, staged: str) -> Staging:
    """A GoogleSQL statement cut after one of its CTEs.

    Raises:
        ValueError: there is no such CTE, or it is no SELECT at all.
    """
    tree = _parse(text)
    ctes = tree.ctes
    names = [cte.alias for cte in ctes]
    cut = names.index(staged) + 1
    stage = exp.select("*").from_(staged)
    stage.set("with_", exp.With(expressions=ctes[:cut]))
    rest = tree.copy()
    rest.set("with_", exp.With(expressions=[cte.copy() for cte in ctes[cut:]]) if ctes[cut:] else None)
    return Staging(staged, _sql(stage), _sql(rest))


def _parse(text: str) -> exp.Query:
    tree = sqlglot.parse_one(text, read="bigquery")
    if not isinstance(tree, exp.Query):
        raise ValueError("only SELECTs are run over events")
    # From the inside out, so that a subquery in a subquery is met first.
    for node in reversed(list(tree.find_all(exp.Subquery))):
        if (fast := _element_of_list(node)) is not None:
            node.replace(fast)
    return tree


def _sql(tree: exp.Expr) -> str:
    return tree.sql("duckdb", comments=False)


def _element_of_list(subquery: exp.Subquery) -> exp.Expr | None:
    """`(SELECT f(p) FROM UNNEST(a) AS p WHERE g(p) LIMIT 1)` as list functions; None for anything else.

    DuckDB would join every event with its parameters: 40 s instead of 1 s for a million real events.
    """
    select = subquery.this
    source = select.args.get("from_") if isinstance(select, exp.Select) else None
    condition = select.args.get("where") if source else None
    if source is None or condition is None or not isinstance(source.this, exp.Unnest):
        return None
    unnest = source.this
    alias = unnest.args["alias"]
    element = (alias.columns or [alias.this])[0].name
    array, chosen, wanted = _sql(unnest.expressions[0]), select.expressions[0], condition.this
    field = _sql(chosen).removeprefix(element) if isinstance(chosen, exp.Column | exp.Dot) else ""
    if field.startswith(".") and isinstance(wanted, exp.EQ) and isinstance(wanted.expression, exp.Literal):
        # Keys are taken out once for all parameters asked for, and of the elements nothing is copied.
        keys = f"LIST_TRANSFORM({array}, LAMBDA {element} : {_sql(wanted.this)})"
        return exp.Var(this=f"{array}[LIST_POSITION({keys}, {_sql(wanted.expression)})]{field}")
    found = f"LIST_FILTER({array}, LAMBDA {element} : {_sql(wanted)})"
    return exp.Var(this=f"LIST_TRANSFORM({found}, LAMBDA {element} : {_sql(chosen)})[1]")
