"""Conversions files without fault but for what a case puts into them."""

from __future__ import annotations

from dataclasses import dataclass

HERE = "# <-"
"""Marks the line on which a problem is to be told; without a mark it has none."""


def page(
    extra: str = "",
    *,
    version: str = "version = 1",
    shop: str = 'id = "demo"\nbusiness_types = ["shop"]',
    shop_type: str = 'journey = ["purchase"]',
    purchase: str = "",
) -> str:
    """A file without fault but for what a case puts into it."""
    return "\n".join(
        [
            *(version, "[properties.shop]", shop, "[business_types.shop]", shop_type),
            *("[business_types.shop.macro.purchase]", purchase, extra),
        ]
    )


def micro(event: str, *lines: str) -> str:
    return "\n".join([f"[business_types.shop.micro.{event}]", *lines])


def rule(*lines: str) -> str:
    return micro("step", 'from = "page_view"', *lines)


def many_micro(count: int, *lines: str) -> str:
    return "\n".join(micro(f"step_{number}_of_many_{number * 7919}", *lines) for number in range(count))


def dimensions(count: int, scope: str) -> str:
    return "\n".join(f'[dimensions.d{n}]\nlabel = "{scope} {n}"\nscope = "{scope}"' for n in range(count))


STEP = "business_types.shop.micro.step"
PURCHASE = "business_types.shop.macro.purchase"


@dataclass(frozen=True)
class Bad:
    """A file with one fault: the dotted path told, words of the cause and of the remedy."""

    text: str
    path: str
    cause: str
    remedy: str
    severity: str = "error"
