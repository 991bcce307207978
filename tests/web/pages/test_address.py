"""P-17 on screen: a pupil without an address gives one, and the button behind its mail makes it theirs."""

from __future__ import annotations

from markroom.kit.access import SESSION_COOKIE
from tests.institutes.addresses.test_addresses import give, sign_in, waiting_of
from tests.institutes.inviting import link_in, mails_to, make_addressee, new_address
from tests.institutes.pupils.test_pupils import add_pupil
from tests.stage import School, Stage
from tests.web.browsing import Tab, open_tab, tab_of


async def _ask(stage: Stage, school: School, address: str) -> str:
    """The path of the mail's link, asked for on the person's page."""
    pupil = await add_pupil(school)
    tab = tab_of(stage, school, "school_admin")
    page = f"/people/{pupil}"
    await tab.see(page)
    assert (await tab.submit(page, email=address)).headers["location"] == page
    await stage.finish_jobs()
    return "/" + link_in(mails_to(stage, address)[0]).split("/", 3)[3]


async def test_a_pupil_asks_from_their_own_account(stage: Stage, school: School) -> None:
    address, client = new_address(), await sign_in(stage, school, await add_pupil(school))
    tab = open_tab(stage)
    tab.cookies.set(SESSION_COOKIE, client.headers["authorization"].removeprefix("Bearer "))
    assert "Sign in by mail instead" in (await tab.see("/account")).text
    assert (await tab.submit("/account", email="nonsense")).status_code == 422
    assert (await tab.submit("/account", email=address)).headers["location"] == "/account"
    assert f"{address} waits for your school’s yes" in (await tab.see("/account")).text
    assert mails_to(stage, address) == []


async def _give(stage: Stage, school: School, address: str) -> tuple[str, Tab]:
    """A pupil who gave an address with a printed code, and the page of whoever decides."""
    pupil = await add_pupil(school, "Pupil 07")
    await give(await sign_in(stage, school, pupil), address)
    tab = tab_of(stage, school, "school_admin")
    page = f"/people/{pupil}"
    shown = (await tab.see(page)).text
    assert address in shown
    assert "printed code that School Admin made" in shown
    return page, tab


async def test_the_school_says_yes_on_the_persons_page(stage: Stage, school: School) -> None:
    """P-17"""
    address = new_address()
    page, tab = await _give(stage, school, address)
    assert address in (await tab.see("/people/pupils")).text
    await tab.see(page)
    agreed = await tab.submit(page, confirm_address=await waiting_of(school, page.split("/")[-1]))
    assert agreed.headers["location"] == page
    await stage.finish_jobs()
    assert len(mails_to(stage, address)) == 1
    shown = (await tab.see(page)).text
    assert "has not answered yet" in shown
    assert "Is this address theirs?" not in shown


async def test_the_school_says_no_on_the_persons_page(stage: Stage, school: School) -> None:
    address = new_address()
    page, tab = await _give(stage, school, address)
    waiting = await waiting_of(school, page.split("/")[-1])
    assert (await tab.submit(page, refuse_address=waiting)).headers["location"] == page
    assert "said no to" in (await tab.see(page)).text
    again = await tab.submit(page, confirm_address=waiting)
    assert again.status_code == 409
    assert "waits for no decision any more" in again.text
    assert (await tab.submit(page, confirm_address="nonsense")).status_code == 404


async def test_the_page_says_who_has_the_address_already(stage: Stage, school: School) -> None:
    """P-17: a teacher's own address, given with a code they printed"""
    page, tab = await _give(stage, school, school.people["teacher"].email.upper())
    assert "Teacher (teacher) has this address in your school" in (await tab.see(page)).text


async def test_a_pupil_is_signed_out_on_their_page(stage: Stage, school: School) -> None:
    pupil = await add_pupil(school)
    client, tab = await sign_in(stage, school, pupil), tab_of(stage, school, "school_admin")
    await tab.see(f"/people/{pupil}")
    assert (await tab.submit(f"/people/{pupil}", end_codes="1")).headers["location"] == f"/people/{pupil}"
    assert (await client.get("/api/auth/me")).status_code == 401


async def test_a_misspelt_pupil_is_renamed_on_their_page(stage: Stage, school: School) -> None:
    page, tab = f"/people/{await add_pupil(school, 'Pupli 07')}", tab_of(stage, school, "school_admin")
    assert "Pupli 07" in (await tab.see(page)).text
    assert (await tab.submit(page, name=" ")).status_code == 422
    assert (await tab.submit(page, name="Pupil 07")).headers["location"] == page
    assert "Pupli" not in (await tab.see(page)).text


async def test_a_printed_code_ends_nothing_of_the_pupils(stage: Stage, school: School) -> None:
    """P-17: the account's page of somebody signed in by one neither offers it nor does it."""
    client = await sign_in(stage, school, await add_pupil(school, "Pupil 07"))
    tab = open_tab(stage)
    tab.cookies.set(SESSION_COOKIE, client.headers["authorization"].removeprefix("Bearer "))
    shown = (await tab.see("/account")).text
    assert "Delete my account" not in shown
    assert "Save name" not in shown
    for typed in ({"leave": "1"}, {"confirm": "Pupil 07"}, {"name": "Pupil 08"}):
        refused = await tab.submit("/account", **typed)
        assert refused.status_code == 403
        assert "signed in by a printed code cannot do this" in refused.text
    assert (await client.get("/api/auth/me")).json()["user"]["name"] == "Pupil 07"


async def test_whoever_has_an_address_is_not_asked_for_one(stage: Stage, school: School) -> None:
    assert "Sign in by mail instead" not in (await tab_of(stage, school, "teacher").see("/account")).text
    person = f"/people/{school.people['teacher'].user_id}"
    assert "Give them an address" not in (await tab_of(stage, school, "school_admin").see(person)).text


async def test_opening_the_link_proves_nothing(stage: Stage, school: School) -> None:
    """sec-I3: what mail scanners do; nor does a form from elsewhere."""
    link = await _ask(stage, school, new_address())
    tab = open_tab(stage)
    for _ in range(5):
        assert "Is this you?" in (await tab.get(link)).text
    assert (await tab.head(link)).status_code in (200, 405)
    assert (await stage.client().post(link)).status_code == 403
    await tab.see(link)
    assert "The address is yours" in (await tab.submit(link)).text


async def test_the_page_says_that_an_account_takes_it_all(stage: Stage, school: School) -> None:
    address = new_address()
    await make_addressee(stage, address)
    link, tab = await _ask(stage, school, address), open_tab(stage)
    assert "There is an account with this address" in (await tab.see(link)).text
    assert "is now in your account" in (await tab.submit(link)).text


async def test_a_used_link_says_so(stage: Stage, school: School) -> None:
    link, tab = await _ask(stage, school, new_address()), open_tab(stage)
    await tab.see(link)
    await tab.submit(link)
    for answer in (await tab.get(link), await tab.submit(link)):
        assert answer.status_code == 410
        assert "already used" in answer.text


async def test_what_became_of_the_mail_is_said(stage: Stage, school: School) -> None:
    """As of invitations: asked, answered, and not gone out"""
    pupil, address = await add_pupil(school), new_address()
    tab, page = tab_of(stage, school, "school_admin"), f"/people/{pupil}"
    await tab.see(page)
    await tab.submit(page, email=address)
    assert "the mail is on its way" in (await tab.get(page)).text
    await stage.finish_jobs()
    assert "has not answered yet" in (await tab.get(page)).text
    await stage.query("update address_proofs set delivery = 'failed' where user_id = %s", [pupil])
    assert "did not go out" in (await tab.get(page)).text
    link = "/" + link_in(mails_to(stage, address)[0]).split("/", 3)[3]
    await tab.see(link)
    await tab.submit(link)
    assert "Give them an address" not in (await tab.get(page)).text


async def test_a_role_waits_for_an_address(stage: Stage, school: School) -> None:
    """P-11: said where the role would be changed, and of whoever asks all the same"""
    tab, page = tab_of(stage, school, "school_admin"), f"/people/{await add_pupil(school)}"
    shown = (await tab.see(page)).text
    assert "Another role needs an address of theirs first" in shown
    assert "Change role" not in shown
    refused = await tab.submit(page, role="teacher")
    assert refused.status_code == 409
    assert "Give them an address first" in refused.text


async def test_a_pupil_is_told_of_the_address_their_school_gave(stage: Stage, school: School) -> None:
    """P-17"""
    pupil = await add_pupil(school)
    client = await sign_in(stage, school, pupil)
    await school["school_admin"].post(f"/api/users/{pupil}/address", json={"email": new_address()})
    tab = open_tab(stage)
    tab.cookies.set(SESSION_COOKIE, client.headers["authorization"].removeprefix("Bearer "))
    await tab.see("/account")
    refused = await tab.submit("/account", email=new_address())
    assert refused.status_code == 409
    assert "ask your school for another" in refused.text
