"""Payment providers: who collects the money, behind the two things we ask of one.

A provider is told of a new order and of a refund, each inside the transaction that makes it:
what it must do outside (call a service, send an invoice) it writes down there as a promise
(lms/core/jobs/promises.py), so that it happens exactly if the order does. When money has
arrived, whoever hears of it calls `lms.orders.paying.pay`. To add one, write a class and put it
in PROVIDERS.
"""

from typing import Protocol
from uuid import UUID

import asyncpg


class Provider(Protocol):
    """Collects money and gives it back."""

    async def start(self, db: asyncpg.Connection, order_id: UUID) -> None:
        """An order waits for its money."""

    async def refund(self, db: asyncpg.Connection, order_id: UUID) -> None:
        """A paid order's money is to go back."""


class Manual:
    """Money changes hands elsewhere: an admin says that it came, and sends it back by hand."""

    async def start(self, db: asyncpg.Connection, order_id: UUID) -> None:
        """Nothing: an admin marks it as paid."""

    async def refund(self, db: asyncpg.Connection, order_id: UUID) -> None:
        """Nothing: the admin who refunds sends the money."""


PROVIDERS: dict[str, Provider] = {"manual": Manual()}
DEFAULT_PROVIDER = "manual"
