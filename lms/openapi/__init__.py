"""The OpenAPI document, the Swagger page, and a page for each error code."""
