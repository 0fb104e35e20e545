"""A served GA4, connections to it, and files to hold against it."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A slow machine is no reason to fail.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
