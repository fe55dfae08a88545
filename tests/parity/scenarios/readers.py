"""What middleware and integrations read of an event: the readers of analytics.js, each kind of event with its own."""

from __future__ import annotations

from tests.parity.scenario import tell
from tests.parity.scenarios.device_mode import TOLD, nice

EVERY = "type action userId anonymousId sessionId timestamp context options integrations active device library city zip"
TRACK = (
    "event properties traits revenue currency email username name category price quantity total tax shipping discount"
    " products orderId coupon value referrer sku id productId cents subtotal channel ip timezone"
)
IDENTIFY = (
    "traits email username created companyCreated companyName name firstName lastName uid description age avatar"
    " position gender birthday phone phones website websites address country state street"
)
PAGE = "name category properties fullName event title path url referrer email"
GROUP = "groupId traits properties name industry employees email created"
ALIAS = "from to previousId"


def reads(names: str) -> str:
    """Tell what each reader gives; one that an event does not have is `none`."""
    return (
        f"A.addSourceMiddleware(({{payload, next}}) => {{ for (const name of {f'{EVERY} {names}'.split()}) seen(name,"
        " typeof payload[name] === 'function' ? payload[name]() ?? null : 'none'); next(payload); })"
    )


def told_of(*readers: str) -> str:
    return f"window.told.push([{', '.join(f'f.{each}' for each in readers)}]);"


SCENARIOS = (
    tell(
        "of a track",
        reads(TRACK),
        "A.track('Order Completed', {revenue: '$10.5', currency: 'EUR', email: 'a@b.c', price: 3, products: [{a: 1}],"
        " order_id: 'o', category: 'c', name: 'n', referrer: 'r', total: 7, tax: 1, Address: {City: 'Rome'}})",
        "A.track('Seen')",
    ),
    tell(
        "of an identify",
        reads(IDENTIFY),
        "A.identify('jane', {email: 'a@b.c', name: 'Jane van Doe', created: '2020-01-02T00:00:00.000Z', age: 4,"
        " address: {city: 'R', zip: 1}, phone: '1', birthday: '1990-01-01', company: {name: 'C', created: 1577934245},"
        " photo_url: 'p', job_title: 'j', websites: ['w']})",
        "A.identify('joe@doe.test', {firstName: ' Joe ', lastName: 'Doe'})",
    ),
    tell("of a page", reads(PAGE), "A.page('Docs', 'Home', {a: 1, email: 'a@b.c'})", "A.page('Home')"),
    tell(
        "of a group",
        reads(GROUP),
        "A.group('acme', {name: 'A', industry: 'i', employees: 3, email: 'a@b.c', createdAt: '2020-01-02'})",
    ),
    tell("of an alias", reads(ALIAS), "A.alias('joe', 'jane')"),
    tell(
        "paths, fields and the whole",
        "A.addSourceMiddleware(({payload, next}) => { seen('read', payload.proxy('properties.a.b') ?? null,"
        " payload.proxy('properties.FIRST_name') ?? null, payload.field('event') ?? null, payload.json().type,"
        " payload.obj.type, payload.rawEvent().event ?? null); next(payload); })",
        "A.track('Seen', {a: {b: 2}, firstName: 'x'})",
    ),
    tell(
        "under other names, and what is switched on",
        "A.addSourceMiddleware(({payload, next}) => { seen('read', payload.traits({email: 'mail', nothing: 'x',"
        " plan: 'p'}), payload.properties ? payload.properties({n: 'm', revenue: 'r'}) : 0, payload.options('X') ??"
        " null, payload.enabled('X'), payload.enabled('Salesforce'), payload.integrations()); next(payload); })",
        "A.track('Seen', {n: 1, revenue: 5}, {integrations: {X: {a: 1}}, traits: {email: 'a@b.c', plan: 'b'}})",
        "A.identify('jane', {email: 'a@b.c', plan: 'b'}, {integrations: {X: false}})",
        "A.page('Docs', 'Home', {n: 1}, {integrations: {All: false}})",
        "A.group('acme', {plan: 'b'})",
    ),
    nice(
        "an integration reads much",
        "A.track('Order Completed', {total: '12.5', first_name: 'x', orderId: 'o', products: [{sku: 's'}, null]})",
        "A.identify('jane', {createdAt: '2020-01-02T03:04:05Z', birthday: '1990-01-01', 'First Name': 'J',"
        " company: {createdAt: 1577934245}})",
        "A.page('Docs', 'Home', {a: 1})",
        TOLD,
        script={
            "more": "Integration.prototype.track = (f) => { "
            + told_of("revenue()", "products()", "currency()", "orderId()", "proxy('properties.firstName')", "cents()")
            + " }; Integration.prototype.identify = (f) => { "
            + told_of("created()?.toJSON()", "companyCreated()?.toJSON()", "age()", "firstName()", "uid()")
            + " }; Integration.prototype.page = (page) => { const f = page.track(page.fullName()); "
            + told_of("event()", "properties()", "type()")
            + " };"
        },
    ),
    nice(
        "dates",
        "A.track('Seen', {when: '2020-01-02T03:04:05.678Z', day: '2020-01-02', no: '12', list: ['2020-01-02T03:04Z']})",
        "A.identify('jane', {created: '2020-01-02T03:04:05+02:00'})",
        TOLD,
    ),
    nice(
        "dates that stay texts",
        "A.track('Seen', {when: '2020-01-02T03:04:05.678Z'})",
        TOLD,
        options="{disableAutoISOConversion: true}",
    ),
)
