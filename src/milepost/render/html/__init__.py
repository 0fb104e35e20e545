"""Results as one self-contained HTML page: no script, no network, charts drawn when it is written.

A view is one small file: it turns its results into a `Page` of `Section`s (`page.py`), with charts from
`charts/`, and hands that to `write_page`, which escapes everything and draws.
"""
