# Gathers evidence about one unit. Arguments: UNIT, then ports. Output: show, log and port lines.
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
unit=$1; shift
systemctl show -p ActiveState -p SubState -p Result -p ExecMainCode -p ExecMainStatus -p NRestarts "$unit" | sed 's/^/show	/'
journalctl -u "$unit" -n 40 -o cat --no-pager 2>/dev/null | sed 's/^/log	/'
for port; do
	ss -Hltnp "sport = :$port" 2>/dev/null | sed "s/^/port	$port	/"
done
