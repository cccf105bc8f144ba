"""Payment providers, which collect the money, behind one small interface.

A provider is told of a new order and of a refund, inside the transaction that makes it. Whatever it
must do outside (call a service, send an invoice) it writes there as a promise
(lms/core/jobs/promises.py), so that it happens exactly if the transaction is committed. Code that
learns that money has arrived calls `lms.orders.paying.pay`. To add a provider, write a class and
put it in PROVIDERS.
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
    """Money is paid elsewhere: an admin marks orders as paid, and sends refunds by hand."""

    async def start(self, db: asyncpg.Connection, order_id: UUID) -> None:
        """Nothing: an admin marks it as paid."""

    async def refund(self, db: asyncpg.Connection, order_id: UUID) -> None:
        """Nothing: the admin who refunds sends the money."""


PROVIDERS: dict[str, Provider] = {"manual": Manual()}
DEFAULT_PROVIDER = "manual"
