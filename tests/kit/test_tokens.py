from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.kit.tokens import (
    SHORTEST_SECRET,
    SecretTooShort,
    derive_token,
    hash_token,
    mask_tokens,
    random_token,
    read_or_make_secret,
)

SECRETS = st.binary(min_size=SHORTEST_SECRET, max_size=64)
PURPOSES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
SEEDS = st.tuples(SECRETS, PURPOSES, st.uuids(), st.integers(1, 10**6))


@given(SEEDS, SEEDS)
def test_tokens_are_equal_exactly_when_their_seeds_are(
    one: tuple[bytes, str, UUID, int], other: tuple[bytes, str, UUID, int]
) -> None:
    """sec-I1, sec-M2: no two rows, purposes or generations share a token"""
    assert (derive_token(*one) == derive_token(*other)) == (one == other)


@given(SEEDS)
def test_a_token_fits_an_address_and_holds_its_entropy(seed: tuple[bytes, str, UUID, int]) -> None:
    token = derive_token(*seed)
    assert len(token) == 64
    assert token.replace("-", "").replace("_", "").isalnum()
    assert len(hash_token(token)) == 32
    assert hash_token(token).hex() not in token


@given(st.binary(max_size=SHORTEST_SECRET - 1), st.uuids())
def test_a_short_secret_makes_no_tokens(secret: bytes, row: UUID) -> None:
    """sec-P11: an unset secret fails closed"""
    with pytest.raises(SecretTooShort):
        derive_token(secret, "invitation", row)


@given(SEEDS, st.text(max_size=30), st.text(max_size=30))
def test_logs_hold_no_token(seed: tuple[bytes, str, UUID, int], before: str, after: str) -> None:
    for token in (derive_token(*seed), random_token("ms_")):
        assert token not in mask_tokens(f"{before}{token}{after}")


def test_a_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    secret = read_or_make_secret(tmp_path / "data")
    assert len(secret) >= SHORTEST_SECRET
    assert read_or_make_secret(tmp_path / "data") == secret
    assert stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode) == 0o600
    assert [p.name for p in (tmp_path / "data").iterdir()] == ["secret"]


def test_servers_that_start_together_have_one_secret(tmp_path: Path, race_rounds: int) -> None:
    with ThreadPoolExecutor(8) as pool:
        for each in range(race_rounds):
            folder = tmp_path / str(each)
            assert len(set(pool.map(read_or_make_secret, [folder] * 8))) == 1


def test_a_damaged_secret_stops_the_server(tmp_path: Path) -> None:
    """sec-P11: what was written halfway is no secret"""
    (tmp_path / "secret").write_bytes(b"")
    with pytest.raises(SecretTooShort):
        read_or_make_secret(tmp_path)
