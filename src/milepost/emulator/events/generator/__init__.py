"""Made-up GA4 events with a known truth, in the BigQuery export schema.

What is generated, and how, is told in the README of this folder.
"""

from __future__ import annotations

from milepost.emulator.events.generator.journey import BUSINESS_TYPES
from milepost.emulator.events.generator.spans import HORIZON_DAYS, generate, write_parquet
from milepost.emulator.events.generator.truth import StepTruth, truth

__all__ = ["BUSINESS_TYPES", "HORIZON_DAYS", "StepTruth", "generate", "truth", "write_parquet"]
