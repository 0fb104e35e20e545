-- The events of the export, each as one flat row: only what is counted from them.
-- `person` is the id of the browser or app; rows without one belong to nobody.
-- `session` is unique within a person only. A page view is a `page_view` or a `screen_view`.
read AS (
  SELECT
    user_pseudo_id AS person,
    event_timestamp AS ts,
    event_name,
    COALESCE((SELECT p.value.int_value FROM UNNEST(event_params) AS p WHERE p.key = 'ga_session_id' LIMIT 1), 0)
      AS session,
    COALESCE((SELECT p.value.int_value FROM UNNEST(event_params) AS p WHERE p.key = 'ga_session_number' LIMIT 1), 1)
      AS session_number,
    $extra AS extra,
    CASE WHEN event_name IN ($valued) THEN (
      SELECT COALESCE(p.value.double_value, p.value.float_value, CAST(p.value.int_value AS FLOAT64))
      FROM UNNEST(event_params) AS p WHERE p.key = 'value' LIMIT 1
    ) END AS value$parameters
  FROM events
),
flat AS (
  SELECT
    person, ts, event_name, session, extra, value,
    CASE WHEN session_number >= 3 THEN 3 ELSE session_number END AS session_number$derived
  FROM read
)
