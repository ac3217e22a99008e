# Creates system users without login, each with a group of its name, with systemd-sysusers; creates
# folders, or gives existing ones with their content to their owner. Removes both again.
# Arguments: MANIFEST, then words: n:USER, or o:MODE:USER:GROUP:UNIT:FOLDER, with the unit stopped
# meanwhile; f:FOLDER to remove if it is empty, u:USER to remove with the group of its name.
. ./foreign.sh
. ./manifest.sh
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
manifest=$1 asked=; shift
ours=${manifest%/*}
trap 'rm -f ${asked:+"$asked"} "$manifest.new"; label' EXIT
user() {
	getent passwd "$1" >/dev/null && return
	listed - "$1:$1" "user:$1" || return 1
	asked=$(mktemp) && printf 'u %s - "Kubernetes control plane" /nonexistent\n' "$1" >"$asked" &&
		systemd-sysusers "$asked" && rm -f "$asked" && getent passwd "$1" >/dev/null
}
refused() { printf '%s\n' "$*" >&2; exit 1; }
hand_over() { # MODE OWNER UNIT FOLDER
	# Its present owner may be anyone, but another user who can replace the folder could make root
	# give away any other. A distribution's own groups may: on Ubuntu syslog may write to /var/log.
	other=$(foreign "$4" "-gid +999")
	[ -z "$other" ] || [ "$other" = "$(readlink -f "$4")" ] ||
		refused "$4: a user other than root can write to $other"
	if [ ! -d "$4" ]; then
		folder "${4%/*}" && listed "$1" "$2" "$4" && (umask 077; mkdir "$4") && made="$made $4" || return 1
	else
		systemctl stop "$3" 2>/dev/null || ! systemctl -q is-active "$3" 2>/dev/null || return 1
	fi
	# chown changes the folder itself last, so an interrupted change is visible by its owner.
	chown -Rh "$2" "$4/" && chmod "$1" "$4/" && sync "$4"
}
remove_folder() {
	other=$(foreign "${1%/*}/")
	[ -z "$other" ] || refused "$1: a user other than root can write to $other"
	if [ -d "$1" ] && [ ! -L "$1" ]; then rmdir "$1" && sync "${1%/*}/" || return 1; fi
	forget "$1"
}
remove_user() {
	if getent passwd "$1" >/dev/null; then userdel "$1" || return 1; fi
	if getent group "$1" >/dev/null; then groupdel "$1" || return 1; fi
	forget "user:$1"
}
umask 022
other=$(foreign "$ours")
[ -z "$other" ] || refused "$manifest: a user other than root can write to $other"
folder "$ours" || exit 1
if [ -L "$manifest" ] || [ -e "$manifest" ]; then
	[ -f "$manifest" ] && [ ! -L "$manifest" ] || refused "$manifest is not a regular file; remove it"
fi
own_folder || exit 1
for word; do
	kind=${word%%:*} rest=${word#*:}
	case $kind in
	n) user "$rest" || exit 1 ;;
	f) remove_folder "$rest" || exit 1 ;;
	u) remove_user "$rest" || exit 1 ;;
	o)
		mode=${rest%%:*} rest=${rest#*:}
		user=${rest%%:*} rest=${rest#*:}
		group=${rest%%:*} rest=${rest#*:}
		hand_over "$mode" "$user:$group" "${rest%%:*}" "${rest#*:}" || exit 1 ;;
	esac
done
