from __future__ import annotations

import pytest

from markroom.kit.settings import BadSetting, Issuer, Settings


def test_nothing_needs_to_be_set_on_ones_own_machine() -> None:
    settings = Settings.from_environment({})
    assert settings.is_loopback
    assert not settings.is_secure
    assert settings.sign_up == "invited"


def test_an_empty_variable_is_an_unset_one() -> None:
    """sec-I18: a deployment's blank line opens nothing"""
    assert Settings.from_environment({"MARKROOM_SIGN_UP": ""}).sign_up == "invited"


def test_the_address_of_links_has_no_doubled_slash() -> None:
    given = {"MARKROOM_BASE_URL": "https://markroom.example/", "MARKROOM_MAIL_URL": "smtp://mail.example"}
    assert Settings.from_environment(given).base_url == "https://markroom.example"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"MARKROOM_SIGN_UP": "Open"}, "MARKROOM_SIGN_UP"),
        ({"MARKROOM_BASE_URL": "https://markroom.example"}, "MARKROOM_MAIL_URL"),
        ({"MARKROOM_BASE_URL": "markroom.example"}, "MARKROOM_BASE_URL"),
        ({"MARKROOM_BASE_URL": "javascript:alert(1)"}, "MARKROOM_BASE_URL"),
        ({"MARKROOM_MAIL_URL": "mail.example:25"}, "MARKROOM_MAIL_URL"),
        ({"MARKROOM_SECRET": "short"}, "MARKROOM_SECRET"),
        ({"MARKROOM_OIDC_ISSUERS": "https://id.example"}, "MARKROOM_OIDC_ISSUERS"),
        ({"MARKROOM_OIDC_ISSUERS": "https://id.example|"}, "MARKROOM_OIDC_ISSUERS"),
        ({"MARKROOM_OIDC_ISSUERS": "http://id.example|markroom"}, "MARKROOM_OIDC_ISSUERS"),
        ({"MARKROOM_OIDC_ISSUERS": "https://id.example?realm=a|markroom"}, "MARKROOM_OIDC_ISSUERS"),
        ({"MARKROOM_OIDC_ISSUERS": "https://id.example|a|b.example|c|d|e"}, "MARKROOM_OIDC_ISSUERS"),
        ({"MARKROOM_OIDC_ISSUERS": "https://[id.example|a"}, "MARKROOM_OIDC_ISSUERS"),
        ({"MARKROOM_OIDC_ISSUERS": "https://id.example|a https://id.example|b"}, "names an issuer twice"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_server(given: dict[str, str], said: str) -> None:
    """sec-P11"""
    with pytest.raises(BadSetting, match=said):
        Settings.from_environment(given)


def test_an_issuer_with_a_client_secret_has_a_button_of_its_name() -> None:
    """I-03: percent-encoded, so that either may hold a space or a bar; empty for a public client"""
    given = "https://id.example|app||a%7Cb|Hillside%20School https://login.example|app|school.example|"
    first, second = Settings.from_environment({"MARKROOM_OIDC_ISSUERS": given}).issuers
    assert (first.client_secret, first.name, first.domains) == ("a|b", "Hillside School", frozenset())
    assert (second.client_secret, second.name, second.domains) == ("", "login.example", {"school.example"})
    assert "a|b" not in repr(first)


def test_issuers_are_listed_with_spaces_between() -> None:
    """I-03"""
    given = "https://id.example/realms/a|markroom  http://127.0.0.1:9|app|School.example,college.example\n"
    domains = frozenset({"school.example", "college.example"})
    assert Settings.from_environment({"MARKROOM_OIDC_ISSUERS": given}).issuers == (
        Issuer("https://id.example/realms/a", "markroom", name="id.example"),
        Issuer("http://127.0.0.1:9", "app", domains, name="127.0.0.1"),
    )


@pytest.mark.parametrize("url", ["", "off", "bolt://neo4j:pw@127.0.0.1:7687", "neo4j+s://graph.example"])
def test_a_graph_lies_where_the_settings_say(url: str) -> None:
    """G-01"""
    assert Settings.from_environment({"MARKROOM_GRAPH_URL": url}).graph_url == url


@pytest.mark.parametrize("url", ["on", "http://127.0.0.1:7474", "bolt://", "bolt+x://host"])
def test_an_address_that_is_no_graphs_is_refused(url: str) -> None:
    with pytest.raises(BadSetting, match="MARKROOM_GRAPH_URL"):
        Settings.from_environment({"MARKROOM_GRAPH_URL": url})
