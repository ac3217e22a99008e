"""What happens on a host at a known moment of a run, however fast either side is.

Before a host takes the first byte of a program, it runs a script to its end: the run cannot get
ahead of it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from site_under_test import Site

DD = r"""#!/bin/sh
# Found before the real dd by deliver.sh, which takes each file with it.
file= large=
for word; do
	case $word in
	of=*) file=${word#of=} ;;
	count=???????*) large=yes ;; # bytes: only programs have that many digits
	esac
done
if [ "$large" ]; then
	# A compressed program is written by zstd, which has been started and is about to make the file.
	until [ "$file" ]; do
		sleep 0.01
		file=$(ls -t /opt/*/bin/.*.tui-installer 2>/dev/null | head -n 1)
	done
	name=${file##*/.} script=/root/at-upload-${name%.tui-installer}
	if [ -e "$script" ]; then
		mv "$script" "$script.begun"
		sh "$script.begun" </dev/null >/dev/null 2>&1
	fi
fi
exec /bin/dd "$@"
"""
HOLD = "until [ -e /root/released ]; do sleep 0.05; done\n"


def at_upload(site: Site, host: str, program: str, script: str) -> None:
    """The host runs the script, once, when it is next sent the program of this name."""
    place = "/usr/sbin/dd"
    site.ssh(host, f"cat >{place}; chmod 755 {place}; rm -f /root/released", stdin=DD.encode())
    site.ssh(host, f"cat >/root/at-upload-{program}", stdin=script.encode())


@contextmanager
def held_at_upload(site: Site, host: str, program: str) -> Iterator[None]:
    """Within the block no run gets further than sending the host this program."""
    at_upload(site, host, program, HOLD)
    try:
        yield
    finally:
        site.ssh(host, "touch /root/released")
