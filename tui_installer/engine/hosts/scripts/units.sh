# Makes systemd hold the units as wanted. Arguments: reload or keep, then words VERB:UNIT with
# VERB start, restart, enable, stop, disable or unload. Starts are queued, not waited for: readiness
# is asked later. A stop is waited for. unload: nothing is kept of a unit whose file is gone.
export LC_ALL=C
# A host that shuts down takes no orders, which is no refusal: wait for it to be gone.
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
