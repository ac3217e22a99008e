# Waits until units are active. Arguments: SECONDS, then units. Stops early at a crash loop.
# Output: the unit that is not active and its state in systemd.
export LC_ALL=C
seconds=$1; shift
end=$(($(date +%s) + seconds))
first=
for unit; do first="$first $unit=$(systemctl show -p NRestarts --value "$unit")"; done
for unit; do
	before=${first#* $unit=}; before=${before%% *}
	# Joins a start that is in progress and waits for it, without polling.
	timeout "$seconds" systemctl start "$unit" 2>/dev/null
	while :; do
		state=$(systemctl show -p ActiveState -p SubState -p Result -p NRestarts -p ExecMainStatus "$unit" | tr '\n' ' ')
		case $state in *ActiveState=active*SubState=running* | *SubState=running*ActiveState=active*) break ;; esac
		restarts=${state##*NRestarts=}; restarts=${restarts%% *}
		case $state in *ActiveState=failed*) restarts=999 ;; esac
		# A failure on a host that is shutting down means nothing; the connection will break soon.
		[ "$(systemctl is-system-running 2>/dev/null)" = stopping ] && sleep 1 && continue
		if [ $((${restarts:-0} - ${before:-0})) -ge 4 ] || [ "$(date +%s)" -ge "$end" ]; then
			printf '%s\t%s\n' "$unit" "$state"
			exit 1
		fi
		sleep 0.3
	done
done
