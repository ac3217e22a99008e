# Prints the first folder or link on the way to PATH, links followed, that another user owns or may
# write to: that user could put a link where root writes, or replace what root put there.
foreign() { # PATH, which may not exist yet; a test of find's for the groups that count, default all
	ahead=$1 groups=${2-} at= links=0; set --
	while [ -n "$ahead" ]; do
		name=${ahead%%/*}
		case $ahead in */*) ahead=${ahead#*/} ;; *) ahead= ;; esac
		case $name in
		'' | .) continue ;;
		..) at=${at%/*}; continue ;;
		esac
		set -- "$@" "$at/$name"
		if [ ! -L "$at/$name" ]; then
			at=$at/$name
			continue
		fi
		links=$((links + 1))
		[ $links -le 40 ] || break # as many as the kernel follows
		to=$(readlink "$at/$name")
		case $to in /*) at= ;; esac
		ahead=$to/$ahead
	done
	find "$@" -maxdepth 0 \( ! -user 0 ! -user "$(id -u)" -o \
		-type d ! -perm -1000 \( -perm /002 -o -perm /020 $groups \) \) -print -quit 2>/dev/null
}
