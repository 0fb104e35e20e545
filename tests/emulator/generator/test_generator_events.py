"""Shape, stability and plausibility of generated events."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.emulator.generator.samples import FIRST_DAY, LAST_DAY, events

from milepost.emulator.events.generator import BUSINESS_TYPES, HORIZON_DAYS, generate, write_parquet
from milepost.emulator.events.generator.events import simulate
from milepost.emulator.events.generator.journey import load_journey
from milepost.emulator.events.generator.people import cohorts, day_number

DAY = date(2026, 11, 11)
MICROSECONDS_PER_DAY = 86_400_000_000


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return connection.execute(query).fetchall()


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    (row,) = connection.execute(query).fetchall()
    return float(row[0])


def _of_day(table: pa.Table, day: date) -> pa.Table:
    return table.filter(pc.equal(table["event_date"], f"{day:%Y%m%d}"))


def test_generate_same_arguments_give_the_same_table() -> None:
    one, other = (generate("brand", first_day=DAY, last_day=DAY, seed=3) for _ in range(2))
    assert one.equals(other)


def test_generate_another_seed_gives_other_people() -> None:
    one, other = (generate("brand", first_day=DAY, last_day=DAY, seed=seed) for seed in (3, 4))
    assert not set(one["user_pseudo_id"].to_pylist()) & set(other["user_pseudo_id"].to_pylist())


@settings(max_examples=5, deadline=None, derandomize=True)
@given(before=st.integers(0, 30), after=st.integers(0, 5), business_type=st.sampled_from(BUSINESS_TYPES))
def test_generate_a_day_is_the_same_in_every_window(before: int, after: int, business_type: str) -> None:
    alone = generate(business_type, first_day=DAY, last_day=DAY, users_per_day=12)
    first_day, last_day = DAY - timedelta(days=before), DAY + timedelta(days=after)
    wide = generate(business_type, first_day=first_day, last_day=last_day, users_per_day=12)
    assert _of_day(wide, DAY).equals(alone)


def test_generate_unknown_business_type_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no business type 'shop'.*ecommerce, saas, content, local.*brand"):
        generate("shop", first_day=DAY, last_day=DAY)


def test_generate_unknown_step_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"ecommerce has no step 'signup'.*sign_up"):
        generate("ecommerce", first_day=DAY, last_day=DAY, without_effect_of="signup")


def test_generate_last_day_before_first_day_gives_no_events() -> None:
    assert generate("local", first_day=DAY, last_day=DAY - timedelta(days=60)).num_rows == 0


def test_cohorts_cut_into_parts_are_the_same_people() -> None:
    journey, days = load_journey("local"), range(day_number(DAY), day_number(DAY) + 3)
    whole = [people for _, people in cohorts(journey, 7, days, 40, 10_000)]
    parts = [people for _, people in cohorts(journey, 7, days, 40, 11)]
    assert len(whole) == 1
    assert max(len(people) for people in parts) <= 11
    assert np.array_equal(whole[0].intent, np.concatenate([people.intent for people in parts]))
    assert np.array_equal(whole[0].day, np.concatenate([people.day for people in parts]))


def test_write_parquet_files_hold_what_generate_gives(tmp_path: Path) -> None:
    last_day = DAY + timedelta(days=2)
    files = write_parquet(tmp_path, "saas", first_day=DAY, last_day=last_day, users_per_day=20)
    assert [file.name for file in files] == [f"events_202611{day}.parquet" for day in (11, 12, 13)]
    whole = generate("saas", first_day=DAY, last_day=last_day, users_per_day=20)
    for day, file in enumerate(files):
        assert pq.read_table(file).equals(_of_day(whole, DAY + timedelta(days=day)).combine_chunks())


@pytest.mark.parametrize("business_type", BUSINESS_TYPES)
def test_events_lie_in_their_day_and_in_order(business_type: str) -> None:
    table = generate(business_type, first_day=FIRST_DAY, last_day=LAST_DAY)
    stamps = table["event_timestamp"].to_numpy()
    days = pc.strftime(pc.cast(table["event_timestamp"], pa.timestamp("us", "UTC")), "%Y%m%d")
    assert pc.all(pc.equal(days, table["event_date"])).as_py()
    assert np.all(np.diff(stamps) >= 0)
    assert len(pc.unique(table["event_date"])) == 28
    assert (
        _count(events(business_type), "select max(ts - touched) from flat")
        < HORIZON_DAYS * MICROSECONDS_PER_DAY
    )


@pytest.mark.parametrize("business_type", BUSINESS_TYPES)
def test_sessions_are_consistent(business_type: str) -> None:
    connection = events(business_type)
    sessions = f"""
        select u, p['ga_session_id']::bigint sid, count(distinct p['ga_session_number']) numbers,
               min(ts) // 1000000 started, count(p['entrances']) entrances,
               count(*) filter (event_name = 'session_start') starts
        from flat where p['ga_session_id'] is not null
             and touched >= epoch_us(timestamp '{FIRST_DAY}') group by all"""
    wrong = "numbers <> 1 or started <> sid or entrances <> 1 or starts > 1"
    assert _count(connection, f"select count(*) from ({sessions}) where {wrong}") == 0
    assert 0.97 < _count(connection, f"select avg(starts) from ({sessions})") < 1.0


@pytest.mark.parametrize("business_type", BUSINESS_TYPES)
def test_session_numbers_rise_with_time(business_type: str) -> None:
    later = """
        select count(*) from (
        select p['ga_session_number']::int n, lag(n) over (partition by u order by ts) before
        from (select u, min(ts) ts, any_value(p) p from flat where p['ga_session_id'] is not null
              group by u, p['ga_session_id'])) where n <= before"""
    assert _count(events(business_type), later) == 0


def test_sessions_of_a_user_are_an_hour_apart() -> None:
    gaps = """
        select min(started - before) / 1e6 from (
        select started, lag(ended) over (partition by u order by started) before
        from (select u, min(ts) started, max(ts) ended from flat where p['ga_session_id'] is not null
              group by u, p['ga_session_id']))"""
    assert all(_count(events(business_type), gaps) > 3_500 for business_type in BUSINESS_TYPES)


def test_first_visit_comes_once_and_only_in_the_first_session() -> None:
    connection = events("content")
    firsts = "from flat where event_name = 'first_visit'"
    assert _count(connection, f"select count(*) - count(distinct u) {firsts}") == 0
    assert _count(connection, f"select count(*) {firsts} and p['ga_session_number'] <> '1'") == 0
    assert _count(connection, "select count(*) from flat where p['ga_session_number']::int > 1") > 1_000


def test_session_engaged_is_the_string_that_only_turns_on() -> None:
    connection = events("brand")
    assert _rows(connection, "select distinct p['session_engaged'] s from flat order by s nulls last") == [
        ("0",),
        ("1",),
        (None,),
    ]
    ever_off_again = """
        select count(*) from (
        select p['session_engaged'] s, lag(s) over (partition by u, p['ga_session_id'] order by ts) before
        from flat where p['session_engaged'] is not null) where s < before"""
    assert _count(connection, ever_off_again) == 0


def test_weekly_rhythm_follows_the_business() -> None:
    by_day = "select strftime(strptime(event_date, '%Y%m%d'), '%w')::int d, count(*) n from flat group by d"
    shop, saas = (
        {int(str(d)): int(str(n)) for d, n in _rows(events(t), by_day)} for t in ("ecommerce", "saas")
    )
    assert shop[0] > 1.1 * max(shop[1], shop[2], shop[3])
    assert max(saas[0], saas[6]) < 0.7 * min(saas[1], saas[2], saas[3])


def test_shop_is_busiest_on_sunday_evening() -> None:
    hours = "select hour(make_timestamp(ts)) h from flat where event_name = 'session_start'"
    share = f"select avg((h between 18 and 21)::int) from ({hours} and dayofweek(make_timestamp(ts)) = 0)"
    assert _count(events("ecommerce"), share) > 0.33
    assert _count(events("ecommerce"), f"select avg((h < 6)::int) from ({hours})") < 0.1


def test_purchases_are_worth_their_items() -> None:
    connection = events("ecommerce")
    purchases = """
        select p['value']::double v, ecommerce.purchase_revenue r,
               ecommerce.transaction_id t, p['transaction_id'] pt,
               list_sum(list_transform(items, lambda x: x.price * x.quantity)) total,
               list_sum(list_transform(items, lambda x: x.item_revenue)) revenue
        from flat where event_name = 'purchase'"""
    assert _count(connection, f"select count(*) from ({purchases}) where v is not null") > 30
    wrong = "abs(v - total) > 0.005 or abs(r - v) > 0.005 or abs(revenue - v) > 0.005 or t <> pt or t is null"
    assert _count(connection, f"select count(*) from ({purchases}) where {wrong}") == 0
    assert _count(connection, f"select count(*) from ({purchases}) where (v is null) <> (r is null)") == 0


def test_blemishes_are_as_rare_as_the_readme_says() -> None:
    journey, days = load_journey("ecommerce"), range(day_number(DAY), day_number(DAY) + 7)
    parts = [simulate(journey, people) for _, people in cohorts(journey, 7, days, 3_000, 40_000)]
    values = np.concatenate([part.value[part.order != 0] for part in parts])
    orders = np.concatenate([part.order[part.order != 0] for part in parts])
    assert len(orders) > 300
    assert 0.015 < np.mean(np.isnan(values)) < 0.08
    assert 1 <= len(orders) - len(np.unique(orders)) < 0.04 * len(orders)


def test_offline_events_belong_to_no_session() -> None:
    offline = "from flat where event_name in ('working_lead', 'qualify_lead', 'close_convert_lead')"
    connection = events("lead_generation")
    assert _count(connection, f"select count(*) {offline}") > 100
    assert _count(connection, f"select count(p['ga_session_id']) + count(p['page_location']) {offline}") == 0
    assert _count(connection, f"select count(distinct u) {offline} and u not in (select u from flat)") == 0
    assert (
        _count(connection, f"select count(*) {offline} and hour(make_timestamp(ts)) not between 8 and 15")
        == 0
    )


def test_channels_differ_in_what_they_bring() -> None:
    bought = """
        select avg(b) filter (m = 'email') - avg(b) filter (m = 'paid_social') from (
        select u, any_value(traffic_source.medium) m, bool_or(event_name = 'add_to_cart')::int b
        from flat group by u)"""
    assert _count(events("ecommerce"), bought) > 0.03


def test_user_properties_follow_what_users_did() -> None:
    tier = "list_filter(user_properties, lambda x: x.key = 'plan_tier')[1].value.string_value"
    paying = f"select distinct u from flat where {tier} = 'paid'"
    connection = events("saas")
    assert _count(connection, f"select count(*) from ({paying})") > 10
    known = f"touched >= epoch_us(timestamp '{FIRST_DAY}')"
    bought = "select u from flat where event_name = 'purchase'"
    assert (
        _count(
            connection, f"select count(*) from flat where {tier} = 'paid' and {known} and u not in ({bought})"
        )
        == 0
    )
