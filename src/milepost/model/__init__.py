"""The conversions file as typed values, GA4's rules as data, and GA4 resources as frozen values.

No I/O but reading the file.
"""
