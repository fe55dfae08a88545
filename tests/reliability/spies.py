"""A script for the head of a page that writes down in `touched` every use of a store."""

from __future__ import annotations

from typing import Final

SPY: Final = """<script>
(() => {
    window.touched = [];
    const note = (what, first) => touched.push(first === undefined ? what : `${what} ${first}`);
    const watch = (owner, name) => {
        const original = owner?.[name];
        if (!original) return;
        owner[name] = function (...given) {
            note(name, given[0]);
            return original.apply(this, given);
        };
    };
    const guard = (owner, name) => {
        const {get, set} = Object.getOwnPropertyDescriptor(owner, name) ?? {};
        if (!get) return;
        Object.defineProperty(owner, name, {
            configurable: true,
            get() { note(`get ${name}`); return get.call(this); },
            set: set && function (value) { note(`set ${name}`, value); set.call(this, value); },
        });
    };
    for (const name of ['getItem', 'setItem', 'removeItem', 'clear', 'key']) watch(Storage.prototype, name);
    guard(Storage.prototype, 'length');
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) guard(window, name);
    guard(Document.prototype, 'cookie');
    for (const name of ['get', 'set', 'getAll', 'delete']) watch(window.CookieStore?.prototype, name);
    for (const name of ['request', 'query']) watch(window.LockManager?.prototype, name);
})();
</script>"""
