# positive_wayland: desktops of other makes: two of Wayland's, and X servers that are VNC servers.  Sourced by positives.sh.

session_tightvnc() { remote tightvnc direct; }
session_tightvnc_stunnel() { remote tightvnc stunnel; }
session_tightvnc_ssh_reverse() { remote tightvnc ssh_reverse; }
session_wayvnc() { remote wayvnc direct; }
session_wayvnc_wireguard() { remote wayvnc wireguard; }
session_wayvnc_stunnel() { remote wayvnc stunnel; }
session_weston() { remote weston direct; }
session_weston_wireguard() { remote weston wireguard; }
session_weston_ssh_forward() { remote weston ssh_forward; }
session_xforward() { remote xforward direct; }
session_xforward_wireguard() { remote xforward wireguard; }

session_tightvnc_stunnel_out() { turn_round; remote tightvnc stunnel; }
session_wayvnc_wireguard_out() { turn_round; remote wayvnc wireguard; }
session_weston_out() { turn_round; remote weston direct; }
session_xforward_out() { turn_round; remote xforward direct; }

serve_tightvnc()
{
	says tightvnc plain 5900 "tightvncserver xtightvncviewer xfonts-base"
	lab_need Xtightvnc xtightvncviewer
	vnc_password
	laptop_session
	in_a Xtightvnc :1 -geometry "$size" -depth 24 -rfbauth "$LAB/vncpasswd" -rfbport 5900 -desktop laptop -rfbwait 120000 \
	    -fp /usr/share/fonts/X11/misc >"$LAB/log/xtightvnc" 2>&1 &
	serving a 5900
	in_a env DISPLAY=:1 "$LAB/session" >"$LAB/log/session" 2>&1 &
	sleep 5 # no XTEST there, by which xdotool looks
}

view_tightvnc() # each seed asks for other encodings first
{
	local encodings=("tight copyrect hextile" "hextile copyrect" "zlib copyrect hextile")
	far_screen
	far_program xtightvncviewer -passwd "$LAB/vncpasswd" -encodings "${encodings[seed % 3]}" "$1::$2"
	far_hands laptop "$seconds"
}

as_user=(setpriv --reuid=23171 --regid=23171 --clear-groups) # sway will not be root

# wayland_program SOCKET COMMAND...: on the laptop.
wayland_program()
{
	local socket=$1
	shift
	in_a "${as_user[@]}" env -i PATH=/usr/bin:/bin TERM=xterm LANG=C.UTF-8 HOME="$LAB/home" PS1='$ ' XDG_RUNTIME_DIR="$LAB/run" WAYLAND_DISPLAY="$socket" \
	    SDL_VIDEODRIVER=wayland "$@" >>"$LAB/log/session" 2>&1 &
}

serve_wayvnc()
{
	says wayvnc plain 5900 "sway wayvnc foot tigervnc-viewer"
	lab_need sway wayvnc foot vncviewer
	install -d -m 700 -o 23171 -g 23171 "$LAB/run"
	chmod 777 "$LAB/home"
	printf 'output HEADLESS-1 resolution %s\ndefault_border pixel 2\nfocus_follows_mouse no\n' "$size" >"$LAB/sway"
	in_a "${as_user[@]}" env XDG_RUNTIME_DIR="$LAB/run" HOME="$LAB/home" WLR_BACKENDS=headless WLR_LIBINPUT_NO_DEVICES=1 WLR_RENDERER=pixman \
	    sway -c "$LAB/sway" >"$LAB/log/sway" 2>&1 &
	lab_wait 60 test -S "$LAB/run/wayland-1"
	wayland_program wayland-1 sh -c 'while foot -f monospace:size=8 bash --norc; do :; done'
	sleep 3
	case $scene in # to the right of it
	log) wayland_program wayland-1 foot -f monospace:size=8 sh -c 'i=0; while sleep 4; do i=$((i+1)); echo "job $i done"; done' ;;
	clock) wayland_program wayland-1 foot -f monospace:size=8 watch -n 1 date ;;
	top) wayland_program wayland-1 foot -f monospace:size=8 top -d 3 ;;
	video) wayland_program wayland-1 ffplay -v error -f lavfi -i testsrc2=size=240x160:rate=8 ;;
	esac
	sleep 1
	in_a "${as_user[@]}" env XDG_RUNTIME_DIR="$LAB/run" WAYLAND_DISPLAY=wayland-1 HOME="$LAB/home" wayvnc --max-fps=20 0.0.0.0 5900 >"$LAB/log/wayvnc" 2>&1 &
	serving a 5900
}

view_wayvnc()
{
	vnc_password
	vnc_view "$seconds" -SecurityTypes None "$1::$2"
}

serve_weston() # by its own RDP
{
	says weston-rdp tls 3389 "weston freerdp2-x11"
	lab_need weston weston-terminal xfreerdp
	mkdir -m 700 "$LAB/run"
	lab_certificate "/CN=lt-0417"
	printf '[shell]\nclock-format=seconds\nlocking=false\n[keyboard]\nrepeat-rate=0\n[terminal]\nfont-size=11\n' >"$LAB/weston.ini"
	in_a env XDG_RUNTIME_DIR="$LAB/run" HOME="$LAB/home" weston --backend=rdp-backend.so --width="${size%x*}" --height="${size#*x}" --port=3389 \
	    --rdp-tls-cert="$LAB/cert.pem" --rdp-tls-key="$LAB/key.pem" --socket=wl-1 --idle-time=0 -c "$LAB/weston.ini" >"$LAB/log/weston" 2>&1 &
	serving a 3389
	chmod 666 "$LAB/run/wl-1"
	chmod 711 "$LAB/run"
	cat >"$LAB/shell" <<-'END'
		#!/bin/sh
		exec bash --norc
	END
	chmod 755 "$LAB/shell"
	wayland_program wl-1 sh -c "while weston-terminal --maximized --shell=$LAB/shell; do :; done"
	sleep 3
}

view_weston() # in RemoteFX: it would send its pictures bare else
{
	far_screen
	far_program xfreerdp /v:"$1:$2" /u:$LAPTOP_USER /p:$LAPTOP_PASSWORD /size:"$size" /bpp:32 /rfx /cert:ignore /sec:tls
	far_hands FreeRDP "$seconds"
}

serve_xforward() # programs on the laptop, their windows by SSH on the far person's screen
{
	says x11-forward ssh 22 "openssh-server openssh-client xterm xauth"
	in_a mount -t tmpfs -o mode=700 tmpfs /root # .Xauthority
	ssh_more=$'AddressFamily inet\nX11Forwarding yes\nXAuthLocation /usr/bin/xauth'
	ssh_serve a
	cat >"$LAB/shell" <<-END
		#!/bin/sh
		$(scene_command) >/dev/null 2>&1 &
		while xterm -geometry 110x32+10+10 -T laptop -e env -i PS1='\$ ' PATH=/usr/bin:/bin TERM=xterm HOME=/ bash --norc; do :; done
	END
	chmod 755 "$LAB/shell"
}

view_xforward()
{
	far_screen
	far_program ssh -Y "${ssh_options[@]}" -p "$2" "root@$1" "$LAB/shell"
	far_hands laptop "$seconds"
}
