"""What the tables of webhooks hold about a person."""

from lms.core.db.query import Query
from lms.core.personal import PersonalTable

_export_webhooks: Query[None] = Query("webhooks/export_webhooks")
_erase_webhooks: Query[None] = Query("webhooks/erase_webhooks")

PERSONAL = (
    PersonalTable("webhooks", export=_export_webhooks, erase=_erase_webhooks),
    PersonalTable("webhook_deliveries", why="go with their webhook"),
)
