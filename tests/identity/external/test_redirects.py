"""Signing in at a provider's own pages (I-03), tried with a real one: by a button there, by a code back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from markroom.identity import redirects
from markroom.kit.resources import make_resources
from markroom.kit.settings import Issuer, Settings
from markroom.operation.doctor import examine
from tests.databases import Database
from tests.identity.external.asking import KEYS, PEOPLE, count_identities, give_address
from tests.identity.provider import CLIENT, IdentityProvider, running
from tests.stage import BASE_URL, School, Stage, open_stage
from tests.web.browsing import Tab, open_tab


def issuers_of(provider: IdentityProvider, secret: str = "secret") -> str:
    return f"{provider.issuer}|{CLIENT}||{secret}|Hillside%20sign-in"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    database: Database, provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("data")
    async with open_stage(database, folder, oidc_issuers=issuers_of(provider)) as opened:
        yield opened


@pytest.fixture(scope="module")
def terse_provider() -> Iterator[IdentityProvider]:
    with running(IdentityProvider(KEYS, PEOPLE, tells_on_asking=True)) as started:
        yield started


def url_of(provider: IdentityProvider) -> str:
    return f"/sign-in/by/{Issuer(provider.issuer, CLIENT).key}"


async def set_out(tab: Tab, provider: IdentityProvider, to: str = "/exams") -> str:
    """The provider's address that the button leads to."""
    answer = await tab.get(f"{url_of(provider)}?{urlencode({'next': to})}")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def come_back(tab: Tab, location: str) -> httpx.Response:
    """From another site, as a browser follows its redirect."""
    assert location.startswith(f"{BASE_URL}/")
    return await tab.get(location.removeprefix(BASE_URL), headers={"Sec-Fetch-Site": "cross-site"})


async def test_a_teacher_signs_in_at_their_schools_provider(
    stage: Stage, school: School, provider: IdentityProvider
) -> None:
    teacher, tab = school.people["teacher"], open_tab(stage)
    await give_address(stage, teacher, "teacher.2@school.example")
    page = (await tab.get("/sign-in?next=/exams")).text
    assert "Hillside sign-in" in page
    assert f'href="{url_of(provider)}?next=/exams"' in page
    there = await set_out(tab, provider)
    answer = await come_back(tab, provider.let_in(there, "sub-teacher"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/exams")
    assert "Teacher" in (await tab.get("/account")).text
    told = await stage.query("select kind from identity_events where user_id = %s", [teacher.user_id])
    assert ("signed_in_by_provider",) in told
    await give_address(stage, teacher, f"{uuid4().hex}@school.example")


async def test_the_way_there_carries_a_challenge_and_no_secret(
    stage: Stage, provider: IdentityProvider
) -> None:
    """RFC 9700: PKCE by hash, state and nonce of this way alone"""
    ways = [parse_qs(urlsplit(await set_out(open_tab(stage), provider)).query) for _ in range(2)]
    assert ways[0]["code_challenge_method"] == ["S256"]
    assert ways[0]["redirect_uri"] == [f"{BASE_URL}{url_of(provider)}/back"]
    for name in ("state", "nonce", "code_challenge"):
        assert ways[0][name] != ways[1][name]
    assert "secret" not in str(ways)


async def test_the_way_back_is_the_configured_address(stage: Stage, provider: IdentityProvider) -> None:
    """sec-I13: whatever the request says its host is"""
    for name in ("Host", "X-Forwarded-Host", "Forwarded"):
        answer = await open_tab(stage).get(url_of(provider), headers={name: "evil.example"})
        assert f"redirect_uri={quote(BASE_URL, safe='')}" in answer.headers["location"]
        assert "evil" not in answer.headers["location"]


async def test_another_browser_cannot_end_the_way(stage: Stage, provider: IdentityProvider) -> None:
    """Login CSRF: somebody else's code in a link signs nobody in as them."""
    location = provider.let_in(await set_out(open_tab(stage), provider), "sub-teacher")
    other = open_tab(stage)
    assert (await come_back(other, location)).status_code == 400
    await set_out(other, provider)
    answer = await come_back(other, location)
    assert (answer.status_code, "another browser" in answer.text) == (400, True)
    assert (await other.get("/account")).status_code == 303


async def test_a_code_works_once(stage: Stage, school: School, provider: IdentityProvider) -> None:
    await give_address(stage, school.people["teacher"], "teacher.2@school.example")
    tab = open_tab(stage)
    location = provider.let_in(await set_out(tab, provider), "sub-teacher")
    sealed = tab.cookies.get("markroom_way")
    assert (await come_back(tab, location)).status_code == 303
    again = open_tab(stage)
    again.cookies.set("markroom_way", sealed or "")
    assert (await come_back(again, location)).status_code == 400
    await give_address(stage, school.people["teacher"], f"{uuid4().hex}@school.example")


async def test_a_code_of_another_way_is_refused(stage: Stage, provider: IdentityProvider) -> None:
    """A stolen code put into one's own way: its challenge and nonce are another's."""
    stolen = parse_qs(
        urlsplit(provider.let_in(await set_out(open_tab(stage), provider), "sub-teacher")).query
    )
    tab = open_tab(stage)
    own = parse_qs(urlsplit(await set_out(tab, provider)).query)
    query = urlencode({"state": own["state"][0], "code": stolen["code"][0]})
    answer = await tab.get(f"{url_of(provider)}/back?{query}")
    assert (answer.status_code, "not signed in there" in answer.text) == (400, True)


async def test_a_way_lasts_ten_minutes(
    stage: Stage, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redirects, "WAY_SECONDS", -1)
    tab = open_tab(stage)
    answer = await tab.get(url_of(provider))
    there, sealed = answer.headers["location"], answer.cookies.get("markroom_way") or ""
    tab.cookies.set("markroom_way", sealed)
    assert (await come_back(tab, provider.let_in(there, "sub-teacher"))).status_code == 400


async def test_who_is_not_let_in_there_is_told_so(stage: Stage, provider: IdentityProvider) -> None:
    tab = open_tab(stage)
    state = parse_qs(urlsplit(await set_out(tab, provider)).query)["state"][0]
    answer = await tab.get(f"{url_of(provider)}/back?error=access_denied&state={state}")
    assert (answer.status_code, "not signed in there" in answer.text) == (400, True)


async def test_whom_nobody_knows_here_gets_no_account(stage: Stage, provider: IdentityProvider) -> None:
    """I-08, and an address the provider has not verified counts for nothing"""
    await stage.query("delete from external_identities")
    for subject in ("sub-teacher", "sub-unproven"):
        tab = open_tab(stage)
        answer = await come_back(tab, provider.let_in(await set_out(tab, provider), subject))
        assert (answer.status_code, "nobody is known" in answer.text) == (401, True)
        assert (await tab.get("/account")).headers["location"].startswith("/sign-in")
    assert await count_identities(stage) == 0


async def test_who_was_let_in_by_a_shown_link_is_signed_out(
    stage: Stage, school: School, provider: IdentityProvider
) -> None:
    """P-17: the provider's word proves the address, as a mail does"""
    teacher = school.people["teacher_2"]
    await give_address(stage, teacher, "teacher.2@school.example")
    await stage.query("update users set email_verified_at = null where id = %s", [teacher.user_id])
    await stage.query("delete from external_identities")
    tab = open_tab(stage)
    answer = await come_back(tab, provider.let_in(await set_out(tab, provider), "sub-teacher"))
    assert answer.status_code == 303
    assert (await teacher.client.get("/api/auth/me")).status_code == 401
    assert (await tab.get("/account")).status_code == 200
    await give_address(stage, teacher, f"{uuid4().hex}@school.example")


async def test_a_token_ends_such_sessions_too(
    stage: Stage, school: School, provider: IdentityProvider
) -> None:
    """P-17: shown to the API as a bearer token"""
    teacher = school.people["teacher"]
    await stage.query("update users set email_verified_at = null where id = %s", [teacher.user_id])
    token = provider.forge(uuid4().hex, email=teacher.email, email_verified=True)
    assert (await stage.client(token).get("/api/auth/me")).status_code == 200
    assert (await teacher.client.get("/api/auth/me")).status_code == 401


async def test_nobody_is_sent_elsewhere_afterwards(
    stage: Stage, school: School, provider: IdentityProvider
) -> None:
    """sec-I13"""
    await give_address(stage, school.people["teacher"], "teacher.2@school.example")
    await stage.query("delete from external_identities")
    tab = open_tab(stage)
    there = await set_out(tab, provider, "https://evil.example/")
    answer = await come_back(tab, provider.let_in(there, "sub-teacher"))
    assert answer.headers["location"] == "/"
    await give_address(stage, school.people["teacher"], f"{uuid4().hex}@school.example")


async def test_an_address_told_only_on_asking_is_asked_for(
    database: Database, tmp_path: Path, terse_provider: IdentityProvider
) -> None:
    async with open_stage(database, tmp_path, oidc_issuers=issuers_of(terse_provider)) as stage:
        school, tab = await stage.make_school(), open_tab(stage)
        await give_address(stage, school.people["teacher"], "teacher.2@school.example")
        there = await set_out(tab, terse_provider)
        assert (await come_back(tab, terse_provider.let_in(there, "sub-teacher"))).status_code == 303
        await give_address(stage, school.people["teacher"], f"{uuid4().hex}@school.example")


async def test_a_wrong_client_secret_signs_nobody_in(
    database: Database, tmp_path: Path, provider: IdentityProvider
) -> None:
    async with open_stage(database, tmp_path, oidc_issuers=issuers_of(provider, "another")) as stage:
        tab = open_tab(stage)
        answer = await come_back(tab, provider.let_in(await set_out(tab, provider), "sub-teacher"))
    assert (answer.status_code, "not signed in there" in answer.text) == (400, True)


async def test_a_provider_that_is_away_is_said_on_the_page(database: Database, tmp_path: Path) -> None:
    provider = IdentityProvider(KEYS, PEOPLE)
    async with open_stage(database, tmp_path, oidc_issuers=issuers_of(provider)) as stage:
        answer = await open_tab(stage).get(url_of(provider))
    assert (answer.status_code, "does not answer right now" in answer.text) == (503, True)


async def test_an_issuer_without_a_client_has_no_button(
    database: Database, tmp_path: Path, provider: IdentityProvider
) -> None:
    issuers = f"{provider.issuer}|{CLIENT}"
    async with open_stage(database, tmp_path, oidc_issuers=issuers) as stage:
        tab = open_tab(stage)
        assert "/sign-in/by/" not in (await tab.get("/sign-in")).text
        assert (await tab.get(url_of(provider))).status_code == 404


async def examine_provider(database: Database, folder: Path, issuers: str) -> tuple[str, str]:
    """What doctor looks at, and what it advises."""
    settings = Settings(data_dir=str(folder), base_url=BASE_URL, oidc_issuers=issuers)
    resources = make_resources(
        settings, database.app_url, database.service_url, b"a secret of the tests, 32 bytes."
    )
    [found] = [each async for each in examine(resources, None) if each.what.startswith("sign-in by")]
    return found.what, found.advice


async def test_doctor_looks_at_each_provider(
    database: Database, tmp_path: Path, provider: IdentityProvider
) -> None:
    """O-02: and says where people are to be sent back to"""
    what, advice = await examine_provider(database, tmp_path, issuers_of(provider))
    assert what.endswith(f"sends people back to {BASE_URL}{url_of(provider)}/back")
    assert advice == ""


@pytest.mark.parametrize(
    ("written", "words"),
    [("{}/", "is it written exactly"), ("{}/nowhere", "does not answer as an OpenID provider")],
)
async def test_doctor_says_that_an_issuer_is_written_wrongly(
    database: Database, tmp_path: Path, provider: IdentityProvider, written: str, words: str
) -> None:
    """O-02"""
    issuers = f"{written.format(provider.issuer)}|{CLIENT}"
    assert words in (await examine_provider(database, tmp_path, issuers))[1]


async def test_doctor_says_that_a_provider_does_not_answer(database: Database, tmp_path: Path) -> None:
    """O-02"""
    issuers = f"{IdentityProvider(KEYS).issuer}|{CLIENT}"
    assert "does not answer (ConnectError)" in (await examine_provider(database, tmp_path, issuers))[1]
