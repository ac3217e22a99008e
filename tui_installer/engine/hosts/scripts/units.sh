# Changes the state of units. Arguments: reload or keep, then words VERB:UNIT with VERB start,
# restart, enable, stop, disable or unload. Starts are queued, as readiness is checked later; a stop
# is waited for. unload: removes what systemd keeps of a unit whose file is gone.
export LC_ALL=C
# systemctl fails on a host that is shutting down, which is no refusal: wait until it is gone.
refused() { [ "$(systemctl is-system-running 2>/dev/null)" = stopping ] && sleep 120; exit 1; }
[ "$1" = reload ] && { systemctl daemon-reload || refused; }
shift
for word; do
	verb=${word%%:*} unit=${word#*:}
	case $verb in
	enable) systemctl enable -q "$unit" || refused ;;
	disable) systemctl disable -q "$unit" || refused ;;
	stop) systemctl stop "$unit" || refused ;;
	unload) systemctl reset-failed "$unit" 2>/dev/null || : ;; # an error where it had not failed
	start | restart) systemctl "$verb" --no-block "$unit" || refused ;;
	esac
done
