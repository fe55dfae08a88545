"""As much of addresses as events need: the percent codec, and the path and query of a link within a page.

Law: pure, and no text makes it fail. The results are those of the browser's own parser (`link.href = text`, then
`pathname` or `search`), except that hosts are not looked at.
"""

from __future__ import annotations

from typing import Final

HEX: Final = "0123456789abcdefABCDEF"
SPECIAL_SCHEMES: Final = ("http", "https", "ws", "wss", "ftp", "file")
# ASCII that the parser percent-encodes in a path and in a query, beside control characters.
PATH_ENCODED: Final = ' "#<>?^`{|}'
QUERY_ENCODED: Final = " \"#<>'"


def percent_decode(text: str) -> str | None:
    """Do what `decodeURIComponent` does; None where it would throw."""
    if "%" not in text:
        return text
    pieces = text.split("%")
    decoded: list[str | None] = [pieces[0]]
    run: list[int] = []
    for piece in pieces[1:]:
        if len(piece) < 2 or piece[0] not in HEX or piece[1] not in HEX:
            return None
        run.append(int(piece[:2], 16))
        if len(piece) > 2:
            decoded.append(_utf8(run))
            decoded.append(piece[2:])
            run = []
    decoded.append(_utf8(run))
    whole = [each for each in decoded if each is not None]
    # A piece of broken UTF-8 makes the whole text broken.
    return "".join(whole) if len(whole) == len(decoded) else None


def _utf8(run: list[int]) -> str | None:
    try:
        return bytes(run).decode("utf-8")
    except ValueError:
        return None


def graceful_decode(text: str) -> str:
    """Decode a value of a query: `+` is a space; a text with a bad escape stays as it is (reference)."""
    decoded = percent_decode(text.replace("+", " "))
    return text if decoded is None else decoded


def percent_encode(text: str, also: str) -> str:
    """Encode control characters, all beyond ASCII, and the characters of `also`."""
    if all(" " <= each < "\x7f" and each not in also for each in text):
        return text
    return "".join(_encoded(each) if each in also or not " " <= each < "\x7f" else each for each in text)


def _encoded(character: str) -> str:
    # A lone surrogate leaves as the replacement character.
    known = "\ufffd" if "\ud800" <= character <= "\udfff" else character
    return "".join(f"%{byte:02X}" for byte in known.encode("utf-8"))


def search_of(reference: str, page_search: str) -> str:
    """Give the query, with its `?`, of a link as seen from a page; empty where it has none."""
    link = _cleaned(reference)
    before_hash = link.split("#")[0]
    if not before_hash:
        return page_search
    mark = before_hash.find("?")
    query = before_hash[mark + 1 :] if mark >= 0 else ""
    return "?" + percent_encode(query, QUERY_ENCODED) if query else ""


def path_of(reference: str, page_url: str) -> str:
    """Give the path of a link as seen from a page: `/a/b` of `../b` on `/a/c/d`."""
    link = _cleaned(reference).split("#")[0].split("?")[0]
    scheme, rest = _scheme(link)
    page_scheme, page_rest = _scheme(page_url)
    if scheme and scheme not in SPECIAL_SCHEMES:
        return _other_path(rest)
    rest = rest.replace("\\", "/")
    if scheme and (scheme != page_scheme or rest.startswith("//")):
        return _resolved(_after_host(rest.lstrip("/")))
    if rest.startswith("//"):
        return _resolved(_after_host(rest.lstrip("/")))
    if rest.startswith("/"):
        return _resolved(rest)
    page_path = _after_host(page_rest.split("#")[0].split("?")[0].lstrip("/"))
    return _resolved(page_path[: page_path.rfind("/") + 1] + rest) if rest else page_path


def _cleaned(text: str) -> str:
    """Take away what the parser ignores: space around, tabs and line breaks anywhere."""
    start, end = 0, len(text)
    while start < end and text[start] <= " ":
        start += 1
    while end > start and text[end - 1] <= " ":
        end -= 1
    return text[start:end].replace("\t", "").replace("\n", "").replace("\r", "")


def _scheme(text: str) -> tuple[str, str]:
    """Part `scheme:` from the rest; no scheme is an empty one."""
    colon = text.find(":")
    name = text[:colon].lower() if colon > 0 else ""
    known = name and "a" <= name[0] <= "z" and all("a" <= each <= "z" or each in "0123456789+-." for each in name)
    return (name, text[colon + 1 :]) if known else ("", text)


def _after_host(text: str) -> str:
    slash = text.find("/")
    return text[slash:] if slash >= 0 else "/"


def _other_path(rest: str) -> str:
    """Give the path of an address like `mailto:` or `app://`."""
    if rest.startswith("//"):
        slash = rest.find("/", 2)
        return _resolved(rest[slash:]) if slash >= 0 else "/"
    if rest.startswith("/"):
        return _resolved(rest)
    return "/" + "".join(each if each == " " else percent_encode(each, "") for each in rest)


def _resolved(path: str) -> str:
    """Resolve `.` and `..` and encode what a path may not hold."""
    parts: list[str] = []
    segments = path.split("/")[1:]
    for index, segment in enumerate(segments):
        plain = segment.lower().replace("%2e", ".")
        last = index == len(segments) - 1
        if plain == "..":
            if parts:
                parts.pop()
        elif plain != ".":
            parts.append(percent_encode(segment, PATH_ENCODED))
            continue
        if last:
            parts.append("")
    return "/" + "/".join(parts)
