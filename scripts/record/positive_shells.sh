# positive_shells: a shell on the laptop, for someone outside.  Sourced by positives.sh.

session_shell() { remote shell direct; }
session_shell_ssh_reverse() { remote shell ssh_reverse; }
session_shell_tls_reverse() { remote shell tls_reverse; }
session_shell_wireguard() { remote shell wireguard; }
session_shell_openvpn() { remote shell openvpn_udp; }
session_mosh_in() { remote mosh direct; }

serve_shell()
{
	tool=openssh kind=shell plain=ssh port=22 packages="openssh-server openssh-client"
	ssh_serve a
}

# far_prompt COMMAND...: the far person's keys go to the shell it opens, in a terminal.
far_prompt()
{
	python3 "$here/person.py" terminal "${person:-$seed}" "$seconds" |
	    in_b "$@" env -i PATH=/usr/bin:/bin TERM=xterm HOME=/ "PS1='$ '" bash --norc >"$LAB/log/shell" 2>&1 || true
	[ -z "$screen" ] || cp "$LAB/log/shell" "$screen"
}

view_shell()
{
	far_prompt ssh -tt "${ssh_options[@]}" -p "$2" "root@$1"
}

serve_mosh()
{
	tool=mosh kind=shell plain=mosh port=22 packages="mosh openssh-server"
	lab_need mosh script
	ssh_serve a
}

view_mosh() # it wants a terminal of its own
{
	printf '#!/bin/sh\nexec ssh %s "$@"\n' "${ssh_options[*]}" >"$LAB/ssh"
	chmod 755 "$LAB/ssh"
	python3 "$here/person.py" terminal "${person:-$seed}" "$seconds" |
	    in_b env LC_ALL=C.UTF-8 TERM=xterm script -qfc "stty rows 40 cols 120; mosh --ssh=$LAB/ssh --server='env LC_ALL=C.UTF-8 mosh-server' root@$1 -- bash --norc" \
	    "$LAB/log/mosh" >"$LAB/log/shell" 2>&1 || true
	[ -z "$screen" ] || cp "$LAB/log/shell" "$screen"
}
