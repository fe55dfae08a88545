"""The bridge: a worker, which has no cookies and no localStorage, lives on those of its page (`web/bridge.js`).

Messages are JSON texts with `cio: 1` and `from`, the random name of who speaks: a worker W, or a page P.

Of W:

- `hello: 1`: who is there? Asked again and again until a page answers, and at each `up`.
- `to: P, join: {names, starts, probe, acked, n}`: these entries are wanted, and all that start so; `acked` is the last
  write that was answered, `n` the last news that was heard; with `probe` the page asks the browser for the broadest
  cookie domain.
- `to: P, seq, ops`: writes, numbered on from `seq`: `["c", line]` of a cookie, `["l", key, text or null]` of
  localStorage.
- `to: P, probe: 1`: look for the cookie domain once more.
- `to: P, will: [[url, options, parts, keys], …], lease`: requests for the page to make when it goes, since this worker
  goes with it: between the parts of a body stands the moment; `keys` of localStorage are done with once it was
  acknowledged. The entry `lease` is ended then: it keeps others from this worker's events.

Of P:

- `up: 1`, `down: 1`: a page has come, or is back; it goes, perhaps into the back/forward cache.
- `to: W, here: [visible, focus]`: the answer to `hello`.
- `to: W, n, …`: news, numbered: `joined` (what follows is the whole; its value tells whether cookies work), `done` (the
  last write that was made), `cookie` and `local` (what differs; null: the browser throws), `page` (address, title,
  referrer, canonical, visible, prerendering) and `domain`.
- `to: W, n, gap: 1`: writes are missing; all that were not answered are sent again.
"""
