import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.kit.tokens import SecretTooShort, mask_tokens
from markroom.projects.keys.credentials import KeyReader
from markroom.projects.keys.model import hash_key, is_well_formed, make_key

SECRET = b"x" * 32


def test_a_fresh_key_is_well_formed_and_like_no_other() -> None:
    keys = {make_key() for _ in range(200)}
    assert len(keys) == 200
    assert all(is_well_formed(key) and key.startswith("mk_") for key in keys)


KEY = make_key()


@given(st.integers(0, 40), st.characters(codec="utf-8"))
def test_a_key_with_one_wrong_character_is_told_by_itself(place: int, character: str) -> None:
    """sec-P10: no look-up for a mistyped key"""
    key = KEY
    mistyped = key[:place] + character + key[place + 1 :]
    assert is_well_formed(mistyped) == (mistyped == key)


@given(st.text())
def test_no_text_is_taken_for_a_key_by_chance(text: str) -> None:
    assert not is_well_formed(text)
    assert not is_well_formed("mk_" + text)


def test_a_key_is_struck_out_of_the_log() -> None:
    """X-14"""
    key = make_key()
    assert key not in mask_tokens(f"GET /x {key}")


def test_what_is_kept_of_a_key_depends_on_the_servers_secret() -> None:
    """sec-P7: a stolen table says nothing about any key"""
    key = make_key()
    assert hash_key(SECRET, key) == hash_key(SECRET, key)
    assert hash_key(SECRET, key) != hash_key(b"y" * 32, key)


@pytest.mark.parametrize("secret", [b"", b"short"])
def test_without_a_secret_no_key_is_ever_compared(secret: bytes) -> None:
    """sec-P11"""
    with pytest.raises(SecretTooShort):
        KeyReader(secret)
    with pytest.raises(SecretTooShort):
        hash_key(secret, make_key())
