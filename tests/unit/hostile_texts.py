"""A corpus of text that other programs act upon: shells, systemd, YAML, CSV, paths, terminals."""

from __future__ import annotations

import unicodedata

from tui_installer.kubernetes.quoting import unfit
from tui_installer.model.check import parse

CANARY = "/tmp/tui-installer-canary"
"""Made by every text of `texts()` that is acted upon."""

_SHELL = (
    "$(touch {c})", "`touch {c}`", ";touch {c};", "; touch {c} #", "|touch {c}", "||touch {c}",
    "&touch {c}&", "&&touch {c}", "\ntouch {c}\n", "\r\ntouch {c}\r\n", ">{c}", ">>{c}", "2>{c}",
    "'$(touch {c})'", '"$(touch {c})"', "';touch {c};'", '";touch {c};"',
    "'\"$(touch {c})\"'", "\\$(touch {c})", "\\\\$(touch {c})", "\\';touch {c};\\'",
    "$(touch${{IFS}}{c})", "<(touch {c})", "$((a[$(touch {c})]))", "${{x:-$(touch {c})}}",
    "${{x@P}}", "$'\\x24(touch {c})'", "!touch {c}", "\\`touch {c}\\`", "}};touch {c};{{",
    ");touch {c};(", "$(\ntouch {c}\n)",
)  # fmt: skip
_AROUND = ("{}", "x{}", "{} y", "-{}", "/opt/{}", "a.{}.b")
_SYSTEMD = (
    "%h", "%n", "%i", "%%", "%", "%H/%m/%b", "${{HOME}}", "$HOME", "$$", "${{PATH}}", "\\x20",
    "\\n", "\nExecStartPre=/bin/touch {c}", "\n[Service]\nExecStartPre=/bin/touch {c}\n",
    "x\\\nExecStartPre=/bin/touch {c}", '"\nX="$(touch {c})', '" /bin/touch {c} "',
    " ; /bin/touch {c} ", "@/bin/touch touch {c}", "+/bin/touch {c}", "-/bin/touch {c}",
    "!!/bin/touch {c}", "a\\", "; comment", "# comment", '"', "'", '\\"', "\\'", "\"'\"", "''",
    '""', "\\", "\\\\",
)  # fmt: skip
_YAML = (
    "!!python/object/apply:os.system ['touch {c}']", "!!binary aGk=", "!x y", "&a", "*a",
    "&a *a", "<<: *a", "<<", "a: b", "a:", ": a", "- a", "-", "? a", "|", ">", "|\n  a", "---",
    "...", "--- a", "# a", "a #b", "{{a: b}}", "[a, b]", "}}", "]", "@a", "`a", "%YAML 1.1",
    "yes", "no", "on", "off", "null", "~", "true", "0x10", "0o17", "017", "1_000", "1:30", "1e3",
    ".inf", ".nan", "2024-01-01", "=", "'a", '"a', "a\n b", " a", "a ", "\ta",
)  # fmt: skip
_CSV = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|'/C touch {c}'!A1", '=HYPERLINK("http://x")', "a,b",
    "a;b", "a\tb", '"a","b"', 'a""b', "a\nb,c,system:masters", 'x","system:masters',
)  # fmt: skip
_PATHS = (
    ".", "..", "../..", "../../etc/passwd", "/..", "/opt/../etc", "/opt/./x", "/opt//x",
    "//opt/x", "/", "/etc", "/etc/passwd", "/etc/cron.d/x", "/dev/zero", "/dev/fd/0",
    "/proc/self/environ", "/proc/self/root/tmp", "/run/x", "/tmp/x", "{c}", "..{c}", "~", "~/x",
    "~root/x", "~/../x", "./x", "x/", "/x/", "a/b", "C:\\x", "\\\\host\\share", "/opt/*",
    "/opt/?", "/opt/[a-z]", "/opt/{{a,b}}", "*", "?", "[a-z]", "**/*", "/opt/a b", "/opt/a\\b",
    "/opt/%2e%2e/x", "%2e%2e%2f", "%00", "%0a", "%24%28touch%20{c}%29", "file:///etc/passwd",
    "/opt/...", "/opt/-rf", "/opt/.x", "...",
)  # fmt: skip
_DASHES = (
    "-", "--", "---x", "-rf", "-e", "--help", "--version", "-oProxyCommand=touch {c}",
    "--data-dir={c}", "-c touch {c}", "--config={c}",
)  # fmt: skip
_NETWORK = (
    "127.1", "0177.0.0.1", "0x7f000001", "2130706433", "127.0.0.1 ", "1.2.3.4\n", "1.2.3.4;id",
    "1.2.3.4/24", "1.2.3.4:99999", "::ffff:1.2.3.4", "fe80::1%eth0", "fe80::1%$(touch {c})",
    "[::1]", "[::1", "::1]", "http://x", "https://a b", "https://u:p@h/",
    "https://h/$(touch {c})", "https://h/?a=`touch {c}`", "https://h/#x", "https://h/%0d%0aX: y",
    "https://h:0", "https://[::1", "javascript:alert(1)", "ftp://h/x", "HTTPS://H/",
    "https://h\\@g/", "https://münchen.example/", "xn--a", "xn--zca", "a..b", ".a", "a.", "-a",
    "a-", "a_b", "A.B", "*.a.b", "a.*.b", "*", "localhost", "kubernetes",
    "kubernetes.default.svc", "root@h", "h:22", "user@h:22", "a" * 64 + ".b",
)  # fmt: skip
_FORMATS = (
    "%s%n%x", "{{0.__class__}}", "{{}}", "{{{{x}}}}", "\\x41", "\\u0000", "\\0", "[/foo]",
    "[bold]x[/]", "[@click=app.quit]x[/]", "\x1b[2J", "\x1b]0;x\x07", "\x1b]52;c;eA==\x07",
    "\x9b31m", "<b>", "&lt;", '{{"a": 1}}', "null\0", "a\0b", "\ufeffa", "SHA256:" + "=" * 43,
    "SHA256:x", "v1.37.2;id", "v1.37.2\n", "v01.37.2", "1.37", "0", "-1", "1e999", "9" * 30,
    "१२", "²", "٣", "0s", "1h;id", "1d1d", "99999999d", "30000-1", "1-65536", "0-1",
    "30000-32767\n", "root;id", "DOMAIN\\user", "user@domain", "root$", "$root",
)  # fmt: skip
_UNICODE = (
    "e\u0301", "\u0301", "a" + "\u0301" * 50, "ﬁ", "Ⅷ", "ＡＢＣ", "раураl", "İ", "ß", "K", "漢字",
    "🙂", "👨‍👩‍👧", "🏳️‍🌈", "é", "\u3000", "a\u3000b", "\u00a0", "\ue000", "\U000e0041", "\ufdd0",
    "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff", "\ufffd", "שלום", "مرحبا", "ᚠ", "\u1680",
    "\u034f", "\u115f", "\u3164", "\u00ad",
)  # fmt: skip
_LONG = (
    "a" * 63, "a" * 64, "a" * 254, "a" * 256, "a" * 4096, "a" * 9000, "漢" * 5000,
    "/" + "a/" * 200, "/" + "a" * 255, "$(" * 500, "'" * 501, '"' * 501, "\\" * 501, "%" * 301,
    ".." + "/.." * 300, "a." * 130, "-" * 300, " " * 300, "1" * 400, "0" * 5000,
)  # fmt: skip


def _acting() -> list[str]:
    """Every character that orders, hides or controls text, within a word; no surrogates."""
    ranges = (range(0x20), range(0x7F, 0xA0), range(0x2000, 0x2070), (0x61C, 0x180E, 0xFEFF))
    found = [chr(code) for codes in ranges for code in codes]
    return [f"a{char}b" for char in found if unicodedata.category(char)[0] in "CZ"]


def texts(canary: str = CANARY) -> tuple[str, ...]:
    """The corpus, in a fixed order, none of it twice. canary: the file that is touched."""
    forms = [around.format(one) for one in _SHELL for around in _AROUND]
    forms += [*_SYSTEMD, *_YAML, *_CSV, *_PATHS, *_DASHES, *_NETWORK, *_FORMATS]
    made = [form.replace("{c}", canary).replace("{{", "{").replace("}}", "}") for form in forms]
    return tuple(dict.fromkeys(["", *made, *_UNICODE, *_acting(), *_LONG]))


def fit_for_flags() -> tuple[str, ...]:
    """Those that the answers take as a flag's value."""
    return tuple(text for text in texts() if _fit(text))


def _fit(text: str) -> bool:
    try:
        return not unfit(parse.line(text))
    except ValueError:
        return False
