"""`bin/bench`: what the framework costs, compared with bare aiohttp and asyncpg in the same run.

It lives in the package because it uses the application's SQL, pool settings and launcher, and
the top level of the repository is fixed; nothing else imports it.
"""
