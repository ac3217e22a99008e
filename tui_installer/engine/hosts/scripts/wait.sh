# Waits until units are active. Arguments: SECONDS, then units. Ends early when one keeps falling.
# Output: the unit that is not active and what systemd says of it.
export LC_ALL=C
seconds=$1; shift
end=$(($(date +%s) + seconds))
first=
for unit; do first="$first $unit=$(systemctl show -p NRestarts --value "$unit")"; done
for unit; do
	before=${first#* $unit=}; before=${before%% *}
	# A start that is under way is joined and waited for, without asking again and again.
	timeout "$seconds" systemctl start "$unit" 2>/dev/null
	while :; do
		state=$(systemctl show -p ActiveState -p SubState -p Result -p NRestarts -p ExecMainStatus "$unit" | tr '\n' ' ')
		case $state in *ActiveState=active*SubState=running* | *SubState=running*ActiveState=active*) break ;; esac
		falls=${state##*NRestarts=}; falls=${falls%% *}
		case $state in *ActiveState=failed*) falls=999 ;; esac
		# What falls in a host that shuts down says nothing; the connection will end soon.
		[ "$(systemctl is-system-running 2>/dev/null)" = stopping ] && sleep 1 && continue
		if [ $((${falls:-0} - ${before:-0})) -ge 4 ] || [ "$(date +%s)" -ge "$end" ]; then
			printf '%s\t%s\n' "$unit" "$state"
			exit 1
		fi
		sleep 0.3
	done
done
