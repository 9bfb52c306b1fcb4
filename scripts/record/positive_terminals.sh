# positive_terminals: more shells on the laptop, by other programs, and in browsers; whoever is there also opens
# programs that take the whole screen (shellwork.py).  Sourced by positives.sh.

session_dropbear() { remote dropbear direct; }
session_dropbear_wireguard() { remote dropbear wireguard; }
session_telnet_stunnel() { remote telnet stunnel; }
session_telnet_wireguard() { remote telnet wireguard; }
session_tmux() { remote tmux direct; }
session_screen_wireguard() { remote screen wireguard; }
session_screen_openvpn_tcp() { remote screen openvpn_tcp; }
session_shell_screens() { remote screens direct; }
session_pty_dialled() { remote pty tls_dialled; }
session_shellinabox() { remote shellinabox direct; }
session_wetty() { remote wetty direct; }
session_wetty_wireguard() { remote wetty wireguard; }
session_mesh_terminal() { remote mesh_terminal direct; }

session_wetty_out() { turn_round; remote wetty direct; }
session_shellinabox_out() { turn_round; remote shellinabox direct; }
session_tmux_out() { turn_round; remote tmux direct; }
session_telnet_stunnel_out() { turn_round; remote telnet stunnel; }

# shell_says TOOL PLAIN PORT PACKAGES: as says, of a shell; makes $LAB/shell, what the far person gets.  Its arrow keys
# bring no program back that takes the screen.
shell_says()
{
	tool=$1 kind=shell plain=$2 port=$3 packages=$4
	cat >"$LAB/shell" <<-END
		#!/bin/sh
		[ "\$(stty size)" != "0 0" ] || stty rows 40 cols 120
		cd /
		exec env -i PATH=/usr/bin:/bin TERM=xterm LANG=C.UTF-8 HOME="$LAB/home" PS1='\$ ' HISTIGNORE='less*:vim*:nano*:top*:htop*' bash --norc
	END
	chmod 755 "$LAB/shell"
}

# far_terminal COMMAND...: the far person's terminal, 120x40.
far_terminal()
{
	python3 "$here/shellwork.py" terminal "${person:-$seed}" "$seconds" |
	    in_b env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin TERM=xterm LC_ALL=C.UTF-8 HOME="$LAB/home" timeout -k 2 $((seconds + 12)) \
	    script -qfec "stty rows 40 cols 120; exec $*" /dev/null >"$LAB/log/shell" 2>&1 || true
	[ -z "$screen" ] || cp "$LAB/log/shell" "$screen"
}

# far_keys TITLE: the same person at a terminal in a browser.
far_keys()
{
	local window
	lab_wait 120 in_b env DISPLAY="$far_display" xdotool search --onlyvisible --name "$1"
	sleep 4
	window=$(in_b env DISPLAY="$far_display" xdotool search --onlyvisible --name "$1" | tail -1)
	in_b env DISPLAY="$far_display" xdotool windowactivate --sync "$window" mousemove --window "$window" 300 250 click 1
	python3 "$here/shellwork.py" screen "${person:-$seed}" "$seconds" "$window" >"$LAB/hands"
	far_plays
}

serve_dropbear()
{
	shell_says dropbear ssh 22 "dropbear-bin openssh-client"
	lab_need dropbear dropbearkey dbclient dropbearconvert
	ssh-keygen -q -t ed25519 -N '' -f "$LAB/key"
	dropbearkey -t ed25519 -f "$LAB/dropbear.host" >/dev/null
	in_a mount -t tmpfs -o mode=700 tmpfs /root # its list of keys is there, whatever HOME is
	in_a install -D -m 600 "$LAB/key.pub" /root/.ssh/authorized_keys
	in_a dropbear -F -E -s -p 22 -r "$LAB/dropbear.host" >"$LAB/log/dropbear" 2>&1 &
	serving a 22
}

view_dropbear() # of two clients, one
{
	if [ $((seed % 2)) -eq 1 ]; then
		dropbearconvert openssh dropbear "$LAB/key" "$LAB/key.db" 2>/dev/null
		far_terminal dbclient -y -y -t -i "$LAB/key.db" -p "$2" "root@$1" "$LAB/shell"
	else
		far_terminal ssh -F /dev/null -tt -i "$LAB/key" -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -o LogLevel=ERROR \
		    -p "$2" "root@$1" "$LAB/shell"
	fi
}

serve_telnet()
{
	shell_says telnet telnet 23 "inetutils-telnetd inetutils-telnet socat"
	lab_need socat telnetd telnet
	in_a socat TCP-LISTEN:23,fork,reuseaddr,nodelay "EXEC:/usr/sbin/telnetd -E $LAB/shell,nofork" 2>"$LAB/log/telnetd" &
	serving a 23
}

view_telnet() { far_terminal telnet "$1" "$2"; }

# By SSH, and one of these around it: a line at the screen's foot changes every few seconds.
serve_tmux()
{
	shell_says tmux ssh 22 "tmux openssh-server openssh-client"
	lab_need tmux
	cat >"$LAB/tmux.conf" <<-END
		set -g default-command "$LAB/shell"
		set -g status-interval $((2 + seed % 3 * 3))
		set -g status-right "#(cut -c1-14 /proc/loadavg) %H:%M:%S"
	END
	ssh_serve a
}

view_tmux()
{
	far_terminal ssh -tt "${ssh_options[@]}" -p "$2" "root@$1" env -u SSH_TTY LC_ALL=C.UTF-8 TERM=xterm tmux -S /tmp/tmux.sock -f "$LAB/tmux.conf" new
}

serve_screen()
{
	shell_says screen ssh 22 "screen openssh-server openssh-client"
	cat >"$LAB/screenrc" <<-END
		startup_message off
		hardstatus alwayslastline "%H %l  %-w%n %t%+w  %c:%s"
		shell $LAB/shell
	END
	ssh_serve a
}

view_screen()
{
	far_terminal ssh -tt "${ssh_options[@]}" -p "$2" "root@$1" env SCREENDIR=/tmp/screens LC_ALL=C.UTF-8 TERM=xterm screen -U -c "$LAB/screenrc"
}

serve_screens() # openssh as in shell, by someone who opens editors and the like
{
	shell_says openssh ssh 22 "openssh-server openssh-client"
	ssh_serve a
}

view_screens() { far_terminal ssh -tt "${ssh_options[@]}" -p "$2" "root@$1" "$LAB/shell"; }

serve_pty() # the laptop dials out and gives a shell
{
	shell_says socat-pty plain - "socat"
	lab_need socat
}

about_tls_dialled() { carrier=tls; }

over_tls_dialled()
{
	lab_certificate "/CN=gw.example.net"
	to=$OUTSIDE to_port=443
}

view_pty()
{
	(
		serving b "$2"
		in_a socat "OPENSSL:$1:$2,verify=0,snihost=gw.example.net,nodelay" "EXEC:$LAB/shell,pty,stderr,setsid,sigint,sane,ctty" 2>"$LAB/log/socat.a"
	) &
	far_terminal socat "STDIO,raw,echo=0" "OPENSSL-LISTEN:$2,cert=$LAB/cert.pem,key=$LAB/key.pem,verify=0,reuseaddr,nodelay"
}

serve_shellinabox()
{
	shell_says shellinabox tls 443 "shellinabox chromium"
	lab_need shellinaboxd
	lab_certificate "/CN=lt-0417"
	mkdir "$LAB/box"
	cat "$LAB/key.pem" "$LAB/cert.pem" >"$LAB/box/certificate.pem"
	in_a shellinaboxd -c "$LAB/box" -p 443 -u root -g root --no-beep --disable-utmp-logging -s "/:root:root:/:$LAB/shell" >"$LAB/log/box" 2>&1 &
	serving a 443
}

view_shellinabox()
{
	far_browser "https://$1:$2/"
	far_keys "Shell In A Box"
}

# npm install --prefix /var/tmp/farhand-npm wetty@3.2.0
serve_wetty()
{
	local wetty=${FARHAND_NPM:-/var/tmp/farhand-npm}/node_modules/wetty/build/main.js
	shell_says wetty tls 443 "npm:wetty@3.2.0 chromium"
	[ -e "$wetty" ] || lab_fail "no wetty in $wetty (see scripts/record/README.md)"
	lab_certificate "/CN=lt-0417"
	in_a env HOME="$LAB/home" NODE_ENV=production node "$wetty" --host 0.0.0.0 --port 443 --command "$LAB/shell" --ssl-key "$LAB/key.pem" --ssl-cert "$LAB/cert.pem" \
	    --ssh-host localhost --title "wetty" >"$LAB/log/wetty" 2>&1 &
	serving a 443
}

view_wetty()
{
	far_browser "https://$1:$2/"
	far_keys "[Ww]e[Tt][Tt]y"
}

serve_mesh_terminal()
{
	in_a mount -t tmpfs tmpfs /root # where its shell begins
	serve_meshcentral
	shell_says meshcentral tls - "npm:meshcentral@1.1.55 chromium"
}

view_mesh_terminal()
{
	mesh_view 12 'connectTerminal(null, 1)'
	far_keys lab
}
