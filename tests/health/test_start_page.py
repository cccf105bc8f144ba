"""The page that a developer meets first."""

from tests.api import Api


async def test_the_start_page_says_what_runs_and_where_to_look(api: Api) -> None:
    reply = await api.get("/", root=True)
    page = reply.body.decode()
    assert reply.status == 200
    assert page.count("answers") == 2
    for link in ("/docs", "/dev/mail", "/metrics"):
        assert f'href="{link}"' in page
    assert "learn-by-doing-7" not in page, "there is no demo data here"
