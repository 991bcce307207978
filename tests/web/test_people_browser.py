"""Coming in, people, and the end of a school, in a real browser: looks and access."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext

from markroom.kit.settings import parse_issuers
from tests.databases import Database
from tests.institutes.addresses.test_addresses import sign_in
from tests.institutes.inviting import invite, link_in, mails_to, make_addressee, new_address
from tests.institutes.pupils.test_pupils import add_pupil
from tests.stage import School
from tests.web.looking import LOOKED_THROUGH, SIZES, Look, look, look_through, open_context
from tests.web.served import ServedStage, serve_stage

pytestmark = pytest.mark.browser

LONG = "The Worshipful Company of Mapmakers’ Academy of Science and Engineering at Hillside"
ISSUERS = "http://127.0.0.1:9|app|||Hillside%20staff http://127.0.0.1:10|app||"


@dataclass
class Place:
    """A school on a real port. `links` are paths of mails by what became of them."""

    served: ServedStage
    school: School
    pupil_id: str = ""
    pupil_token: str = ""
    links: dict[str, str] = field(default_factory=dict)

    def open(self, browser: Browser, token: str | None = None) -> BrowserContext:
        return open_context(browser, self.served.url, token, self.school.institute_id if token else None)


@pytest.fixture(scope="module")
def place(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with serve_stage(database, tmp_path_factory.mktemp("data"), oidc_issuers=ISSUERS) as served:
        yield served.run(_make_place(served))


async def _make_place(served: ServedStage) -> Place:
    stage = served.stage
    school = await stage.make_school(LONG)
    made = Place(served, school, await add_pupil(school, "Pupil 07"))
    client = await sign_in(stage, school, made.pupil_id)
    made.pupil_token = client.headers["authorization"].removeprefix("Bearer ")
    for n in range(3):
        await add_pupil(school, f"Pupil {n + 10} with a name that goes on and on, as some names do")
        await invite(school["school_admin"], new_address())
    known = new_address()
    await make_addressee(stage, known)
    for kind, address in (("new", new_address()), ("known", known), ("used", new_address())):
        pupil = await add_pupil(school, "Pupil 08")
        await school["school_admin"].post(f"/api/users/{pupil}/address", json={"email": address})
        await stage.finish_jobs()
        made.links[kind] = "/" + link_in(mails_to(stage, address)[0]).split("/", 3)[3]
    token = made.links["used"].rsplit("/", 1)[1]
    await stage.client().post("/api/auth/address/proof", json={"token": token})
    await school["school_admin"].post("/api/institutes/current/export")
    await stage.finish_jobs()
    return made


def list_pages(place: Place) -> dict[str, tuple[str, str | None]]:
    """Addresses, and who opens them, by the name of their picture."""
    admin, pupil = place.school.people["school_admin"].token, place.pupil_token
    return {
        "sign-in-providers": ("/sign-in", None),
        "sign-in-way-lost": (f"/sign-in/by/{_provider_key()}/back?code=a&state=b", None),
        "address-new": (place.links["new"], None),
        "address-known": (place.links["known"], None),
        "address-used": (place.links["used"], None),
        "people-many": ("/people?tab=students", admin),
        "people-waiting": ("/people?tab=invitations", admin),
        "people-codes": ("/people/pupils", admin),
        "person-without-address": (f"/people/{place.pupil_id}", admin),
        "school-long": ("/school", admin),
        "closing": ("/school/closing", admin),
        "notices-empty": ("/notices", pupil),
        "account-pupil": ("/account", pupil),
        "account-admin": ("/account", admin),
        "institute-long": ("/institute", admin),
    }


def _provider_key() -> str:
    return parse_issuers(ISSUERS)[0].key


@pytest.mark.parametrize(("opened", "others"), LOOKED_THROUGH)
def test_every_page_of_people_is_whole_and_accessible(
    place: Place, browser: Browser, opened: Look, others: list[Look]
) -> None:
    """O-05: no violation axe knows of, nothing asked of another host, nothing wider than the window."""
    pages, troubles = list_pages(place), []
    for token in {who: None for _, who in pages.values()}:
        context = place.open(browser, token)
        theirs = {name: url for name, (url, who) in pages.items() if who == token}
        troubles += look_through(context, place.served.url, theirs, opened, others)
        context.close()
    assert not troubles, "\n".join(troubles)


def test_a_pupil_gives_an_address_and_proves_it_by_keyboard(place: Place, browser: Browser) -> None:
    """P-17: on their own account; the button behind the mail's link is pressed in any browser"""
    address = new_address()
    context = place.open(browser, place.pupil_token)
    page = context.new_page()
    page.goto("/account")
    page.get_by_label("Your e-mail address").fill(address)
    page.keyboard.press("Enter")
    page.get_by_text(f"{address} waits for your school’s yes since").wait_for()
    page.set_viewport_size({"width": 390, "height": SIZES[390]})
    assert look(page, "account-pupil-waiting", 390, "light") == []
    context.close()
    context = place.open(browser, place.school.people["school_admin"].token)
    page = context.new_page()
    page.goto("/people/pupils")
    page.get_by_role("region", name="Addresses that wait").get_by_role("link", name="Pupil 07").press("Enter")
    page.get_by_role("heading", name="Is this address theirs?").wait_for()
    looks: list[Look] = [(1440, "light"), (390, "dark")]
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": SIZES[width]})
        page.emulate_media(color_scheme=scheme)
        assert look(page, "person-address-waiting", width, scheme) == []
    page.get_by_role("button", name="Yes, it is theirs").press("Enter")
    page.get_by_text("A mail is on its way to the address.").wait_for()
    place.served.run(place.served.stage.finish_jobs())
    [mail] = mails_to(place.served.stage, address)
    other = place.open(browser)
    page = other.new_page()
    page.goto(link_in(mail))
    page.get_by_role("button", name="Yes, that is me").press("Enter")
    page.get_by_role("heading", name="The address is yours").wait_for()
    assert look(page, "address-done", 1440, "light") == []
    page.get_by_role("button", name="Mail me a sign-in link").press("Enter")
    page.get_by_role("heading", name="Check your mail").wait_for()
    context.close()
    other.close()


def test_a_school_is_closed_by_its_name_and_nobody_opens_it(
    database: Database, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """P-15"""
    with serve_stage(database, tmp_path_factory.mktemp("data")) as served:
        place = Place(served, served.run(served.stage.make_school("Riverside College")))
        context = place.open(browser, place.school.people["school_admin"].token)
        page = context.new_page()
        page.goto("/school")
        page.get_by_role("link", name="close the school").press("Enter")
        page.get_by_label("Type Riverside College to confirm").fill("Riverside")
        page.keyboard.press("Enter")
        page.get_by_text("Nothing was closed").wait_for()
        assert look(page, "closing-refused", 1440, "light") == []
        page.get_by_label("Type Riverside College to confirm").fill("Riverside College")
        page.get_by_role("button", name="Close the school").press("Enter")
        page.get_by_role("heading", name="Riverside College is closed").wait_for()
        assert look(page, "closed", 1440, "light") == []
        page.get_by_role("link", name="On to Markroom").press("Enter")
        page.get_by_role("heading", name="Sign in").wait_for()
        context.close()
