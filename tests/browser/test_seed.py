"""One test for each sentence of the vendor's page on identities, named after it.

Judged by what a page can ask of the client, by what arrives at the collector, and by the browser's own cookie jar.
"""

from __future__ import annotations

import pytest

from tests.browser.clients import OURS
from tests.browser.site import Site
from tests.browser.visitor import Visitor, cookie
from tests.browser.visits import UUID4, Shop

pytestmark = pytest.mark.engines

CUSTOM = "ABC-123-XYZ"


def identify(shop: Shop, who: str, traits: str = "{}") -> None:
    shop.do(f"await cioanalytics.identify('{who}', {traits});")


# How it works


def test_our_client_manages_identities_first_as_an_anonymous_id(shop: Shop) -> None:
    shop.visit()
    assert UUID4.fullmatch(shop.ids()["anonymousId"])
    assert shop.ids()["userId"] is None


@pytest.mark.smoke
def test_then_when_you_identify_them_you_know_them_by_their_user_id(shop: Shop) -> None:
    shop.visit()
    before = shop.ids()["anonymousId"]
    identify(shop, "jane", "{plan: 'basic'}")
    assert shop.ids() == {"anonymousId": before, "userId": "jane", "groupId": None}
    sent = shop.site.event("identify")
    assert (sent["userId"], sent["anonymousId"], sent["traits"]) == ("jane", before, {"plan": "basic"})


@pytest.mark.smoke
def test_then_we_remove_those_values_when_a_person_logs_out_and_you_call_reset(shop: Shop) -> None:
    shop.visit()
    identify(shop, "jane", "{plan: 'basic'}")
    shop.do("await cioanalytics.group('acme', {seats: 3});")
    before = shop.ids()["anonymousId"]
    shop.do("cioanalytics.reset();")
    cookies = shop.in_cookies()
    assert cookies["ajs_user_id"] is None
    assert cookies["ajs_group_id"] is None
    assert cookies["ajs_anonymous_id"] != before
    storage = shop.visitor.local_storage()
    assert not {"ajs_user_id", "ajs_group_id", "ajs_user_traits", "ajs_group_properties"} & storage.keys()
    assert before not in str(storage)
    after = shop.ids()
    assert (after["userId"], after["groupId"]) == (None, None)
    assert after["anonymousId"] != before


@pytest.mark.smoke
def test_we_store_user_identity_information_in_cookies_and_local_storage(shop: Shop) -> None:
    shop.visit()
    identify(shop, "jane", "{plan: 'basic'}")
    shop.do("await cioanalytics.group('acme', {seats: 3});")
    anonymous = shop.ids()["anonymousId"]
    assert shop.in_cookies() == {"ajs_anonymous_id": anonymous, "ajs_user_id": "jane", "ajs_group_id": "acme"}
    assert shop.in_storage("ajs_anonymous_id") == anonymous
    assert shop.in_storage("ajs_user_id") == "jane"
    assert shop.in_storage("ajs_group_id") == "acme"
    assert shop.in_storage("ajs_user_traits") == {"plan": "basic"}
    assert shop.in_storage("ajs_group_properties") == {"seats": 3}


@pytest.mark.parametrize(
    "name", [pytest.param("ajs_anonymous_id", marks=pytest.mark.smoke), "ajs_user_id", "ajs_group_id"]
)
def test_the_cookies_live_for_365_days_on_the_broadest_domain(shop: Shop, name: str) -> None:
    shop.visit(host="a.example.test")
    identify(shop, "jane")
    shop.do("await cioanalytics.group('acme'); cioanalytics.user().anonymousId(); cioanalytics.group().id();")
    found = cookie(shop.visitor, name)
    assert found
    assert (found.domain, found.path, found.same_site) == (".example.test", "/", "Lax")
    assert not found.secure
    assert not found.http_only
    assert found.days_left() == pytest.approx(365, abs=0.01)


def test_you_can_retrieve_or_override_this_information_as_necessary(shop: Shop) -> None:
    shop.visit()
    identify(shop, "jane", "{plan: 'basic'}")
    shop.do("""
        cioanalytics.user().traits({plan: 'pro'});
        cioanalytics.user().anonymousId('mine');
        cioanalytics.group().id('acme');
        cioanalytics.group().traits({seats: 4});
    """)
    assert shop.ids() == {"anonymousId": "mine", "userId": "jane", "groupId": "acme"}
    assert shop.user_traits() == {"plan": "pro"}
    assert shop.group_traits() == {"seats": 4}
    shop.do("cioanalytics.user().id('joe');")
    assert shop.ids()["userId"] == "joe"
    assert shop.in_cookie("ajs_user_id") == "joe"


# ID Persistence


def test_we_write_the_ids_to_local_storage_and_use_that_as_the_user_id_on_cookies(shop: Shop) -> None:
    shop.visit()
    identify(shop, "jane")
    shop.lose(cookies=True)
    shop.visitor.evaluate("() => localStorage.setItem('ajs_user_id', '\"from-storage\"')")
    shop.visit()
    assert shop.ids()["userId"] == "from-storage"
    assert shop.in_cookie("ajs_user_id") == "from-storage"


@pytest.mark.smoke
@pytest.mark.differs("D15")
def test_a_user_who_returns_after_the_cookie_expires_gets_the_old_id_in_the_new_cookie(shop: Shop) -> None:
    shop.visit()
    identify(shop, "jane", "{plan: 'basic'}")
    shop.do("await cioanalytics.group('acme', {seats: 3});")
    before = shop.ids()
    shop.lose(cookies=True)
    shop.visit()
    assert shop.in_cookies() == {
        "ajs_anonymous_id": before["anonymousId"],
        "ajs_user_id": "jane",
        "ajs_group_id": "acme",
    }
    assert shop.ids() == before
    assert shop.user_traits() == {"plan": "basic"}
    assert shop.group_traits() == {"seats": 3}


def test_a_person_who_clears_cookies_and_local_storage_removes_all_ids_and_gets_a_new_anonymous_id(shop: Shop) -> None:
    shop.visit()
    identify(shop, "jane", "{plan: 'basic'}")
    shop.do("await cioanalytics.group('acme', {seats: 3});")
    before = shop.ids()["anonymousId"]
    shop.lose(cookies=True, storage=True)
    shop.visit()
    after = shop.ids()
    assert UUID4.fullmatch(after["anonymousId"])
    assert after == {"anonymousId": after["anonymousId"], "userId": None, "groupId": None}
    assert after["anonymousId"] != before
    assert shop.user_traits() in (None, {})
    assert shop.group_traits() in (None, {})


def test_cleared_storage_is_filled_again_from_the_cookie(shop: Shop) -> None:
    shop.visit()
    identify(shop, "jane")
    before = shop.ids()
    shop.lose(storage=True)
    shop.visit()
    assert shop.ids() == before
    assert shop.in_storage("ajs_anonymous_id") == before["anonymousId"]
    assert shop.in_storage("ajs_user_id") == "jane"


# Anonymous IDs


@pytest.mark.differs("D15")
def test_we_generate_a_uuid_for_visitors_when_our_javascript_initializes(shop: Shop) -> None:
    shop.visit()
    value = shop.in_cookie("ajs_anonymous_id")
    assert value
    assert UUID4.fullmatch(value)
    assert shop.in_storage("ajs_anonymous_id") == value


def test_we_set_this_value_as_the_anonymous_id_for_each_new_visitor(shop: Shop) -> None:
    shop.visit()
    first = shop.ids()["anonymousId"]
    shop.lose(cookies=True, storage=True)
    shop.visit()
    second = shop.ids()["anonymousId"]
    assert first != second
    assert UUID4.fullmatch(second)
    shop.visit()
    assert shop.ids()["anonymousId"] == second


@pytest.mark.differs("D15")
def test_this_happens_before_we_load_direct_connection_integrations(shop: Shop) -> None:
    def settings(key: str, host: str) -> dict[str, object]:
        return {
            "integrations": {
                "Customer.io Data Pipelines": {"apiKey": key, "apiHost": f"{host}/v1", "protocol": "http"},
                "Foreign Kit": {
                    "type": "browser",
                    "versionSettings": {"version": "1.0.0", "componentTypes": ["browser"]},
                },
            }
        }

    shop.site.settings = settings
    shop.site.files["/v1/analytics-js/actions/foreign-kit.js"] = (
        "text/javascript",
        """
        window.atForeignStart = {cookie: document.cookie, stored: localStorage.getItem('ajs_anonymous_id')};
        window['foreign-kitDeps'] = [];
        window['foreign-kitLoader'] = () => {};
        window['foreign-kitIntegration'] = class ForeignKit {
            initialize() { this.emit && this.emit('ready'); }
            on() {} once(event, callback) { callback(); } off() {}
            ready() {} page() {} track() {} identify() {} group() {} alias() {} reset() {}
            loaded() { return true; }
        };
        window['foreign-kitIntegration'].prototype.name = 'Foreign Kit';
    """,
    )
    shop.visit("cioanalytics.page();", wait=False)
    shop.visitor.wait_for("window.atForeignStart")
    seen = shop.visitor.evaluate("window.atForeignStart")
    value = shop.in_cookie("ajs_anonymous_id")
    assert value
    assert f"ajs_anonymous_id={value}" in seen["cookie"]
    assert seen["stored"] == f'"{value}"'


def test_a_plugin_of_the_load_options_finds_the_anonymous_id_when_it_loads(site: Site, visitor: Visitor) -> None:
    shop = Shop(site, visitor, OURS)  # the vendor's snippet ignores plugins in its load
    shop.visit(
        options="""{plugins: [{
        name: 'Looker', type: 'destination', version: '1', isLoaded: () => true,
        load: () => { window.atPluginLoad = document.cookie; return Promise.resolve(); },
    }]}"""
    )
    shop.visitor.wait_for("'atPluginLoad' in window")
    assert "ajs_anonymous_id=" in shop.visitor.evaluate("window.atPluginLoad")


EXAMPLE = "39ee7ea5-b6d8-4174-b612-04e1ef3fa952"


def test_the_example_cookie_with_both_quotes_is_understood(shop: Shop) -> None:
    shop.visitor.set_cookie("ajs_anonymous_id", f"%22{EXAMPLE}%22", "example.test")
    shop.visit()
    assert shop.ids()["anonymousId"] == EXAMPLE
    assert shop.in_storage("ajs_anonymous_id") == EXAMPLE


@pytest.mark.differs("N2")
def test_the_example_cookie_is_understood_as_it_is_printed(shop: Shop) -> None:
    shop.visitor.set_cookie("ajs_anonymous_id", f"%22{EXAMPLE}", "example.test")
    shop.visit()
    assert shop.ids()["anonymousId"] == EXAMPLE
    assert shop.in_storage("ajs_anonymous_id") == EXAMPLE


# Retrieve the Anonymous ID


def test_you_can_get_the_users_current_anonymous_id_with_the_user_method(shop: Shop) -> None:
    shop.visit()
    first, second = shop.visitor.evaluate("[cioanalytics.user().anonymousId(), cioanalytics.user().anonymousId()]")
    assert first == second == shop.in_cookie("ajs_anonymous_id")


def test_if_the_user_does_not_have_one_this_call_generates_and_sets_a_new_one(shop: Shop) -> None:
    shop.visit()
    before = shop.ids()["anonymousId"]
    shop.do("cioanalytics.user().anonymousId(null);")
    after = shop.visitor.evaluate("cioanalytics.user().anonymousId()")
    assert UUID4.fullmatch(after)
    assert after != before
    assert shop.in_cookie("ajs_anonymous_id") == after
    assert shop.in_storage("ajs_anonymous_id") == after


# Refreshing the Anonymous ID


def test_it_changes_when_they_clear_their_cookies_and_local_storage(shop: Shop) -> None:
    shop.visit()
    before = shop.ids()["anonymousId"]
    shop.lose(cookies=True)
    shop.visit()
    assert shop.ids()["anonymousId"] == before
    shop.lose(storage=True)
    shop.visit()
    assert shop.ids()["anonymousId"] == before
    shop.lose(cookies=True, storage=True)
    shop.visit()
    assert shop.ids()["anonymousId"] != before


@pytest.mark.differs("D24")
def test_it_changes_when_both_are_cleared_in_an_open_page(shop: Shop) -> None:
    shop.visit()
    identify(shop, "jane")
    before = shop.ids()["anonymousId"]
    shop.visitor.expire_cookies()
    shop.visitor.clear_storage()
    after = shop.ids()
    assert after["anonymousId"] != before
    assert after["userId"] is None


def test_it_changes_when_your_site_calls_reset_during_a_session(shop: Shop) -> None:
    shop.visit()
    before = shop.ids()["anonymousId"]
    after = shop.visitor.evaluate("(cioanalytics.reset(), cioanalytics.user().anonymousId())")
    assert UUID4.fullmatch(after)
    assert after != before


@pytest.mark.differs("D16")
def test_the_ids_before_and_after_reset_have_nothing_in_common(shop: Shop) -> None:
    shop.visit()
    ids = shop.visitor.evaluate("""() => [0, 1, 2, 3].map(() => {
        cioanalytics.reset();
        return cioanalytics.user().anonymousId().replaceAll('-', '');
    })""")
    # Version and variant digits are fixed; shifted ids share whole stretches of text.
    pieces = [{text[start : start + 8] for start in range(24)} for text in ids]
    for one, earlier in enumerate(pieces):
        for later in pieces[one + 1 :]:
            assert not earlier & later


def test_it_changes_when_identify_is_called_with_a_different_user_id(shop: Shop) -> None:
    shop.visit()
    first = shop.ids()["anonymousId"]
    identify(shop, "jane")
    assert shop.ids()["anonymousId"] == first
    identify(shop, "jane")
    assert shop.ids()["anonymousId"] == first
    identify(shop, "joe")
    second = shop.ids()["anonymousId"]
    assert second != first
    assert UUID4.fullmatch(second)
    assert shop.in_cookie("ajs_anonymous_id") == second
    sent = [event["anonymousId"] for event in shop.site.events()]
    assert sent == [first, first, second]


# Override the Anonymous ID


def test_you_can_set_the_anonymous_id_even_before_the_ready_method_returns(shop: Shop) -> None:
    shop.visit(f"cioanalytics.page(); cioanalytics.setAnonymousId('{CUSTOM}');")
    sent = shop.site.event("page")
    assert sent["anonymousId"] == CUSTOM
    assert shop.ids()["anonymousId"] == CUSTOM
    assert shop.in_cookie("ajs_anonymous_id") == CUSTOM
    assert shop.in_storage("ajs_anonymous_id") == CUSTOM


def test_calls_queued_before_ready_carry_the_custom_anonymous_id(shop: Shop) -> None:
    shop.visit(f"""
        cioanalytics.track('First');
        cioanalytics.page();
        cioanalytics.setAnonymousId('{CUSTOM}');
        cioanalytics.track('Second');
    """)
    assert shop.site.event("track", "First")["anonymousId"] == CUSTOM
    assert shop.site.event("page")["anonymousId"] == CUSTOM
    assert shop.site.event("track", "Second")["anonymousId"] == CUSTOM


def test_setting_it_does_not_overwrite_the_ids_of_other_integrations(shop: Shop) -> None:
    shop.leave()
    shop.visitor.evaluate("""() => {
        document.cookie = '_ga=GA1.1.111.222; path=/';
        document.cookie = 'mp_token=%7B%22distinct_id%22%3A1%7D; path=/';
        localStorage.setItem('amplitude_id', 'foreign');
        localStorage.setItem('anonymousId', 'theirs');
    }""")
    shop.visit()
    shop.do(f"cioanalytics.setAnonymousId('{CUSTOM}'); await cioanalytics.track('Seen');")
    assert shop.in_cookie("_ga") == "GA1.1.111.222"
    assert shop.in_cookie("mp_token") == '{"distinct_id":1}'
    storage = shop.visitor.local_storage()
    assert (storage["amplitude_id"], storage["anonymousId"]) == ("foreign", "theirs")


@pytest.mark.parametrize(
    "call", [f"cioanalytics.user().anonymousId('{CUSTOM}')", f"cioanalytics.setAnonymousId('{CUSTOM}')"]
)
def test_you_can_override_the_default_anonymous_id(shop: Shop, call: str) -> None:
    shop.visit()
    assert shop.visitor.evaluate(call) == CUSTOM
    assert shop.ids()["anonymousId"] == CUSTOM
    assert shop.in_cookie("ajs_anonymous_id") == CUSTOM
    shop.do("await cioanalytics.track('Seen');")
    assert shop.site.event("track")["anonymousId"] == CUSTOM
    shop.visit()
    assert shop.ids()["anonymousId"] == CUSTOM


# Override Anonymous IDs using the options object


@pytest.mark.parametrize(
    ("kind", "call"),
    [
        ("identify", f"cioanalytics.identify('user_123', {{name: 'Jane Kim'}}, {{anonymousId: '{CUSTOM}'}})"),
        ("page", f"cioanalytics.page({{}}, {{anonymousId: '{CUSTOM}'}})"),
        ("track", f"cioanalytics.track('Email Clicked', {{callToAction: 'Signup'}}, {{anonymousId: '{CUSTOM}'}})"),
    ],
)
def test_you_can_override_it_in_the_options_and_it_persists(shop: Shop, kind: str, call: str) -> None:
    shop.visit()
    shop.do(f"await {call};")
    assert shop.site.event(kind)["anonymousId"] == CUSTOM
    assert shop.ids()["anonymousId"] == CUSTOM
    assert shop.in_cookie("ajs_anonymous_id") == CUSTOM
    shop.do("await cioanalytics.track('Later');")
    assert shop.site.event("track", "Later")["anonymousId"] == CUSTOM
    shop.visit()
    assert shop.ids()["anonymousId"] == CUSTOM


# Saving traits to the context object


def test_context_automatically_captures_data(shop: Shop) -> None:
    shop.visit(path="/shop/shoes?utm_source=mail", title="Shoes")
    shop.do("await cioanalytics.track('Seen');")
    context = shop.site.event("track")["context"]
    assert context["page"]["path"] == "/shop/shoes"
    assert context["page"]["title"] == "Shoes"
    assert context["page"]["search"] == "?utm_source=mail"
    assert context["page"]["url"] == shop.site.url("/shop/shoes?utm_source=mail")
    assert context["campaign"] == {"source": "mail"}
    assert context["userAgent"] == shop.visitor.evaluate("navigator.userAgent")
    assert context["locale"] == shop.visitor.evaluate("navigator.language")
    assert set(context["library"]) == {"name", "version"}


def test_you_can_retrieve_traits_that_you_stored_by_previous_identify_calls(shop: Shop) -> None:
    shop.visit()
    identify(shop, "12091906-01011992", "{plan_id: 'Paid, Tier 2', email: 'cool.person@example.com'}")
    assert shop.user_traits() == {"plan_id": "Paid, Tier 2", "email": "cool.person@example.com"}
    shop.visit()
    assert shop.user_traits() == {"plan_id": "Paid, Tier 2", "email": "cool.person@example.com"}


def test_traits_in_the_options_are_appended_to_that_event_and_no_others_are(shop: Shop) -> None:
    shop.visit()
    identify(shop, "12091906-01011992", "{plan_id: 'Paid, Tier 2', email: 'cool.person@example.com'}")
    shop.do("""
        await cioanalytics.track('Clicked Email', {emailCampaign: 'First Touch'}, {traits: {plan_id: 'Paid, Tier 2'}});
    """)
    sent = shop.site.event("track")
    assert sent["context"]["traits"] == {"plan_id": "Paid, Tier 2"}
    assert sent["properties"] == {"emailCampaign": "First Touch"}


def test_context_does_not_persist_between_calls(shop: Shop) -> None:
    shop.visit()
    shop.do("""
        await cioanalytics.track('One', {}, {traits: {plan_id: 'Paid'}, context: {ip: '0.0.0.0', shade: 'blue'}});
        await cioanalytics.track('Two');
        await cioanalytics.page();
    """)
    assert shop.site.event("track", "One")["context"]["shade"] == "blue"
    for later in (shop.site.event("track", "Two"), shop.site.event("page")):
        assert not {"traits", "ip", "shade"} & later["context"].keys()


# Clearing Traits


def test_you_can_pass_an_empty_object_to_clear_all_cached_traits_for_a_user(shop: Shop) -> None:
    shop.visit()
    identify(shop, "jane", "{plan: 'basic'}")
    shop.do("cioanalytics.user().traits({});")
    assert shop.user_traits() == {}
    assert shop.in_storage("ajs_user_traits") == {}
    shop.visit()
    assert shop.user_traits() == {}
    assert shop.ids()["userId"] == "jane"


def test_you_can_pass_an_empty_object_to_clear_all_cached_traits_for_a_group(shop: Shop) -> None:
    shop.visit()
    shop.do("await cioanalytics.group('acme', {seats: 3}); cioanalytics.group().traits({});")
    assert shop.group_traits() == {}
    assert shop.in_storage("ajs_group_properties") == {}
    shop.visit()
    assert shop.group_traits() == {}
    assert shop.ids()["groupId"] == "acme"


def test_traits_are_cached_by_default_when_you_call_identify_and_group(shop: Shop) -> None:
    shop.visit()
    identify(shop, "jane", "{plan: 'basic', age: 40}")
    identify(shop, "jane", "{plan: 'pro'}")
    shop.do("await cioanalytics.group('acme', {seats: 3});")
    assert shop.user_traits() == {"plan": "pro", "age": 40}
    assert shop.group_traits() == {"seats": 3}
    identify(shop, "joe", "{city: 'Paris'}")
    assert shop.user_traits() == {"city": "Paris"}


# Using cioanalytics.user() and cioanalytics.group()


def test_you_can_use_user_and_group_as_soon_as_the_library_loads(shop: Shop) -> None:
    shop.visit()
    identify(shop, "jane", "{plan: 'basic'}")
    shop.do("await cioanalytics.group('acme', {seats: 3});")
    shop.visit(
        before="""
        window.asSoonAs = null;
        (function look() {
            if (typeof cioanalytics.user !== 'function') return void setTimeout(look, 1);
            window.asSoonAs = [cioanalytics.user().id(), cioanalytics.user().traits(),
                cioanalytics.group().id(), cioanalytics.group().traits()];
        })();
    """
    )
    shop.visitor.wait_for("window.asSoonAs")
    assert shop.visitor.evaluate("window.asSoonAs") == ["jane", {"plan": "basic"}, "acme", {"seats": 3}]


def test_this_information_is_retrieved_from_the_users_cookie(shop: Shop) -> None:
    shop.visitor.set_cookie("ajs_user_id", "jane", "example.test")
    shop.visitor.set_cookie("ajs_group_id", "acme", "example.test")
    shop.visit()
    assert shop.ids()["userId"] == "jane"
    assert shop.ids()["groupId"] == "acme"


def test_you_can_wrap_any_reference_to_them_in_a_ready_block(shop: Shop) -> None:
    shop.visit()
    identify(shop, "jane", "{plan: 'basic'}")
    shop.do("await cioanalytics.group('acme', {seats: 3});")
    shop.visit("""
        cioanalytics.ready(function () {
            var user = cioanalytics.user();
            var group = cioanalytics.group();
            window.inReady = [user.id(), user.traits(), group.id(), group.traits()];
        });
    """)
    shop.visitor.wait_for("window.inReady")
    assert shop.visitor.evaluate("window.inReady") == ["jane", {"plan": "basic"}, "acme", {"seats": 3}]


# Anonymizing IP addresses


def test_we_leave_the_ip_address_to_the_collection_by_default(shop: Shop) -> None:
    shop.visit()
    shop.do("await cioanalytics.track('Order Completed');")
    assert "ip" not in shop.site.event("track")["context"]


def test_you_can_pass_a_value_for_context_ip(shop: Shop) -> None:
    shop.visit()
    shop.do("await cioanalytics.track('Order Completed', {}, {context: {ip: '0.0.0.0'}});")
    assert shop.site.event("track")["context"]["ip"] == "0.0.0.0"


def test_you_must_add_this_override_to_every_track_call(shop: Shop) -> None:
    shop.visit()
    shop.do("""
        const options = {context: {ip: '0.0.0.0'}};
        await cioanalytics.track('One', {}, options);
        await cioanalytics.track('Two');
        await cioanalytics.track('Three', {}, options);
    """)
    found = [shop.site.event("track", name)["context"].get("ip") for name in ("One", "Two", "Three")]
    assert found == ["0.0.0.0", None, "0.0.0.0"]
