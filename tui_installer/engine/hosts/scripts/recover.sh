# Reports what this program put on a host, found through its units: a lost session has no paths.
# Prints lines of TAB-separated fields: hostname NAME; manifest PATH; unit NAME PATH OPTIONS;
# program PATH VERSION; file PATH BASE64; end. Arguments: the programs' names.
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
out() { IFS='	'; printf '%s\n' "$*"; unset IFS; }
out hostname "$(uname -n)"
manifest=
for name; do
	unit=$(systemctl show -p FragmentPath "$name.service" 2>/dev/null)
	unit=${unit#FragmentPath=}
	[ -f "$unit" ] || continue
	options=$(sed -n 's/^EnvironmentFile=//p' "$unit" | head -n 1 | sed 's/%%/%/g')
	[ -n "$options" ] || continue # not from this program, such as an external etcd's unit
	[ "$name" = kube-apiserver ] && manifest=${options%/*}/tui-installer.manifest
	out unit "$name" "$unit" "$options"
done
if [ -f "$manifest" ]; then
	out manifest "$manifest"
	while read -r _ _ _ _ version path; do
		[ -f "$path" ] || continue
		if [ "$version" != - ]; then out program "$path" "$version"
		elif [ "$(stat -c %s "$path")" -le 262144 ]; then out file "$path" "$(base64 -w0 <"$path")"; fi
	done <"$manifest"
fi
out end
