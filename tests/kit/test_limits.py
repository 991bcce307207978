"""X-11: so many requests a minute, shared by every server."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.kit.limits import (
    LIMITS,
    BadRateLimits,
    Limiter,
    TooManyRequests,
    parse_limits,
    refuse_too_many,
)
from tests.databases import Database as DatabaseAddress
from tests.stage import Stage, open_stage


@given(st.dictionaries(st.sampled_from(sorted(LIMITS)), st.integers(0, 10**6)))
def test_an_operator_changes_the_limits_they_name_and_no_other(changed: dict[str, int]) -> None:
    text = ", ".join(f"{name}={n}/minute" for name, n in changed.items())
    assert parse_limits(text) == {**LIMITS, **changed}


@pytest.mark.parametrize(
    "text", ["sign_in=5", "sign_in=5/hour", "nothing=5/minute", "sign_in=-1/minute", "on"]
)
def test_a_limit_nobody_knows_is_refused(text: str) -> None:
    with pytest.raises(BadRateLimits):
        parse_limits(text)


def test_limits_can_be_switched_off() -> None:
    assert parse_limits("off") == {}


def wait_after(limit: int, previous: int, count: int, elapsed: float) -> int:
    """Seconds; 0 where the request is let in."""
    try:
        refuse_too_many(limit, previous, count, elapsed)
    except TooManyRequests as refusal:
        return int(refusal.headers["Retry-After"])
    return 0


@given(
    limit=st.integers(1, 59),
    earlier=st.integers(0, 200),
    later=st.integers(0, 200),
)
def test_a_burst_over_the_turn_of_a_minute_is_one_burst(limit: int, earlier: int, later: int) -> None:
    """X-11: within a second"""
    let_in = [wait_after(limit, 0, n, 59.5) for n in range(1, earlier + 1)].count(0)
    let_in += [wait_after(limit, earlier, n, 0.5) for n in range(1, later + 1)].count(0)
    assert let_in == min(limit, earlier + later)


@given(
    limit=st.integers(1, 1200),
    previous=st.integers(0, 3000),
    count=st.integers(1, 3000),
    elapsed=st.floats(0, 60, exclude_max=True),
)
def test_who_waits_as_long_as_told_is_let_in(limit: int, previous: int, count: int, elapsed: float) -> None:
    """X-11"""
    wait = wait_after(limit, previous, count, elapsed)
    minutes, then = divmod(elapsed + wait, 60)
    seen = {0: (previous, count + 1), 1: (count, 1)}.get(int(minutes), (0, 1))
    assert wait == 0 or wait_after(limit, *seen, then) == 0


async def test_the_database_tells_of_the_minute_before(stage: Stage) -> None:
    """X-11: whether or not the minute turns while this runs"""
    await stage.query(
        """insert into rate_counts (name, subject, minute, n)
           select 'sign_in', sha256('late'), date_trunc('minute', clock_timestamp()) - turn, 7
             from unnest('{0,1 minute}'::interval[]) turn"""
    )
    rows = await stage.query("select previous, elapsed from app.count_request('sign_in', sha256('late'))")
    assert rows[0][0] == 7
    assert 0 <= rows[0][1] < 60


async def test_two_servers_count_together(stage: Stage) -> None:
    servers = [Limiter(stage.resources.database, {"sign_in": 4}) for _ in range(2)]
    for server in servers * 2:
        await server.count("sign_in", "one@school.example")
    with pytest.raises(TooManyRequests) as refusal:
        await servers[0].count("sign_in", "one@school.example")
    assert 1 <= int(refusal.value.headers["Retry-After"]) <= 76
    await servers[0].count("sign_in", "another@school.example")


async def test_a_refused_invitation_counts_too(
    database: DatabaseAddress, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A rolled-back request is counted all the same."""
    folder = tmp_path_factory.mktemp("limited")
    async with open_stage(database, folder, rate_limits="institute_invitation=3/minute") as stage:
        school = await stage.make_school()
        body = {"email": "new@school.example", "role": "king"}
        answers = [await school["school_admin"].post("/api/users/invite", json=body) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [400, 400, 400, 429]
    assert "Retry-After" in answers[-1].headers


async def test_everything_else_is_counted_per_credential(
    database: DatabaseAddress, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("limited")
    async with open_stage(database, folder, rate_limits="request=3/minute") as stage:
        school = await stage.make_school()
        answers = [await school["teacher"].get("/api/auth/me") for _ in range(4)]
        other = await school["student"].get("/api/auth/me")
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert other.status_code == 200


@pytest.fixture
async def hurried(
    database: DatabaseAddress, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """Where three requests a minute are all."""
    folder = tmp_path_factory.mktemp("limited")
    async with open_stage(database, folder, rate_limits="request=3/minute") as stage:
        yield stage


async def read_oneself(stage: Stage, headers: dict[str, str]) -> int:
    return (await stage.client().get("/api/auth/me", headers=headers)).status_code


async def test_a_credential_written_differently_is_the_same(hurried: Stage) -> None:
    """X-11"""
    token = (await hurried.make_school()).people["teacher"].token
    ways = [{"Authorization": f"Bearer{' ' * n}{token}"} for n in (1, 2, 3)]
    ways.append({"Authorization": f"bEARER {token} "})
    assert [await read_oneself(hurried, way) for way in ways] == [200, 200, 200, 429]


async def test_a_session_is_the_same_whatever_else_is_sent_with_it(hurried: Stage) -> None:
    """X-11"""
    token = (await hurried.make_school()).people["teacher"].token
    ways = [{"Cookie": f"markroom_session={token}", "Authorization": f"Junk {n}"} for n in range(4)]
    assert [await read_oneself(hurried, way) for way in ways] == [200, 200, 200, 429]


@pytest.mark.parametrize(
    ("name", "value"),
    [("Authorization", "Junk{}"), ("Authorization", "Bearer {}"), ("Cookie", "markroom_session={}")],
)
async def test_made_up_credentials_count_by_their_network_address(
    hurried: Stage, name: str, value: str
) -> None:
    """X-11: on routes that ask for no credential too; whoever is known is not kept out by them."""
    school = await hurried.make_school()
    assert (await school["teacher"].get("/api/auth/me")).status_code == 200
    assert [await read_oneself(hurried, {name: value.format(n)}) for n in range(4)] == [401, 401, 401, 429]
    proof = await hurried.client().post(
        "/api/auth/address/proof", json={"token": "x"}, headers={name: value.format(9)}
    )
    assert proof.status_code == 429
    assert (await school["teacher"].get("/api/auth/me")).status_code == 200


async def test_what_is_counted_is_forgotten_beyond_a_bound(
    hurried: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("markroom.kit.limits.REMEMBERED", 2)
    school, limiter = await hurried.make_school(), hurried.app.state.limiter
    for role in ("teacher", "teacher_2", "student", "school_admin"):
        assert (await school[role].get("/api/auth/me")).status_code == 200
    assert len(limiter._recognised) == 2
    assert len(limiter._counts) == 2
