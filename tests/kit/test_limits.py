"""X-11: so many requests a minute, shared by every server."""

import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterable

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


def let_in(limit: int, times: Iterable[float]) -> Counter[int]:
    """How many of the requests made at these seconds are let in, by minute."""
    counts = Counter[int]()
    for time in times:
        minute, elapsed = int(time // 60), time % 60
        if not wait_after(limit, counts[minute - 1], counts[minute] + 1, elapsed):
            counts[minute] += 1
    return counts


@given(limit=st.integers(1, 59), earlier=st.integers(0, 200), later=st.integers(0, 200))
def test_a_burst_over_the_turn_of_a_minute_is_one_burst(limit: int, earlier: int, later: int) -> None:
    """X-11: within a second"""
    assert let_in(limit, [59.5] * earlier + [60.5] * later).total() == min(limit, earlier + later)


@given(limit=st.integers(1, 60), rate=st.integers(1, 5))
def test_who_goes_on_asking_is_let_in_again_and_again(limit: int, rate: int) -> None:
    """X-11: a refusal keeps nobody out later. Of a rate beyond the limit at least half of it is let in."""
    counts = let_in(limit, (60 * n / (limit * rate) for n in range(6 * limit * rate)))
    assert 3 * limit <= counts.total() <= 6 * limit
    assert all(counts[minute] + counts[minute + 1] for minute in range(5))


@given(st.data(), st.integers(1, 1200), st.floats(0, 60, exclude_max=True))
def test_who_waits_as_long_as_told_is_let_in(data: st.DataObject, limit: int, elapsed: float) -> None:
    """X-11"""
    previous, count = data.draw(st.integers(0, limit)), data.draw(st.integers(1, limit + 1))
    wait = wait_after(limit, previous, count, elapsed)
    minutes, then = divmod(elapsed + wait, 60)
    seen = {0: (previous, count), 1: (count - 1, 1)}.get(int(minutes), (0, 1))
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


async def test_what_is_refused_is_not_counted(stage: Stage) -> None:
    """X-11"""
    server = Limiter(stage.resources.database, {"sign_in": 2})
    for tried in range(5):
        with contextlib.suppress(TooManyRequests) if tried > 1 else contextlib.nullcontext():
            await server.count("sign_in", "often@school.example")
    counted = "select sum(n) from rate_counts where subject = sha256('often@school.example')"
    assert await stage.query(counted) == [(2,)]


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
    limiter = hurried.app.state.limiter
    assert max((limiter._counts + limiter._before).values()) == 3  # what is refused is not counted


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
