# Makes systemd hold the units as wanted. Arguments: reload or keep, then words VERB:UNIT with
# VERB start, restart or enable. Starts are queued, not waited for: readiness is asked later.
export LC_ALL=C
[ "$1" = reload ] && { systemctl daemon-reload || exit 1; }
shift
for word; do
	verb=${word%%:*} unit=${word#*:}
	case $verb in
	enable) systemctl enable -q "$unit" || exit 1 ;;
	start | restart) systemctl "$verb" --no-block "$unit" || exit 1 ;;
	esac
done
