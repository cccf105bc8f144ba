"""What the tables of orders hold about a person."""

from lms.core.db.query import Query
from lms.core.personal import PersonalTable

_export_orders: Query[None] = Query("orders/export_orders")

PERSONAL = (
    PersonalTable(
        "orders", export=_export_orders, why="an account of money, which the law has us keep"
    ),
)
