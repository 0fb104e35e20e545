"""What the tests of the file's model share."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A slow machine is no reason to fail.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
