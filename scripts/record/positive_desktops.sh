# positive_desktops: remote desktops with viewers of their own.  Sourced by positives.sh.
#
# serve_X: on machine a; says what it is.  view_X TO PORT: the far person, on machine b.

# says TOOL PLAIN PORT PACKAGES: of a desktop; PLAIN is its carrier where nothing is around it.
says()
{
	tool=$1 kind=desktop plain=$2 port=$3 packages=$4
}

# far_program COMMAND...: on the far person's screen.
far_program()
{
	in_b env DISPLAY="$far_display" HOME="$LAB/home" "$@" >"$LAB/log/viewer" 2>&1 &
}

serve_rdp()
{
	says xrdp tls "${rdp_port:-3389}" "xrdp xorgxrdp freerdp2-x11"
	rdp_serve
}

view_rdp() { rdp_view "$1:$2" "$seconds"; }

serve_shadow() # RDP to the screen that is there
{
	says freerdp-shadow tls 3389 "freerdp2-shadow-x11 freerdp2-x11"
	laptop_screen
	in_a env DISPLAY="$laptop_display" HOME="$LAB/home" freerdp-shadow-cli /port:3389 /sec:tls -auth \
	    >"$LAB/log/shadow" 2>&1 &
	serving a 3389
}

view_shadow() { rdp_view "$1:$2" "$seconds"; }

serve_vnc()
{
	local plain_vnc=plain
	: "${vnc_security:=VncAuth}"
	[ "$vnc_security" = VncAuth ] || plain_vnc=tls
	says tigervnc "$plain_vnc" 5900 "tigervnc-scraping-server tigervnc-viewer"
	vnc_serve "$vnc_security"
}

view_vnc() { vnc_view "$seconds" -SecurityTypes "$vnc_security" "$1::$2"; }

serve_x11vnc()
{
	local how=()
	says x11vnc plain 5900 "x11vnc tigervnc-viewer"
	vnc_password
	laptop_screen
	[ "$over" != dialled ] || return 0
	[ "$over" != ssl ] || how=(-ssl SAVE_NOPROMPT -ssldir "$LAB/home")
	in_a env HOME="$LAB/home" x11vnc -display "$laptop_display" -rfbport 5900 -rfbauth "$LAB/vncpasswd" -forever \
	    -shared -noxdamage -defer 40 "${how[@]}" >"$LAB/log/x11vnc" 2>&1 &
	serving a 5900
}

view_x11vnc()
{
	if [ "$1" = listen ]; then
		vnc_dial=vnc_dial_out
		vnc_view "$seconds" -listen "$2"
	else
		vnc_view "$seconds" -SecurityTypes VncAuth "$1::$2"
	fi
}

# guest_start QEMU-ARGUMENTS...: a machine in the machine, with a shell on its screen.
guest_start()
{
	local root="$LAB/guest"
	lab_need qemu-system-x86_64 cpio busybox
	mkdir -p "$root/bin" "$root/etc" "$root/proc" "$root/dev"
	cp "$(command -v busybox)" "$root/bin/busybox"
	ldd "$root/bin/busybox" | grep -o '/[^ ]*' | xargs -I{} install -D {} "$root{}"
	cp /etc/services "$root/etc/services"
	cat >"$root/init" <<-'END'
		#!/bin/busybox sh
		/bin/busybox --install -s /bin
		export PATH=/bin HOME=/ PS1='$ '
		mount -t proc proc /proc
		mount -t devtmpfs dev /dev
		clear
		while :; do setsid cttyhack sh; done
	END
	chmod 755 "$root/init"
	(cd "$root" && find . | cpio -o -H newc --quiet) | gzip -1 >"$LAB/guest.gz"
	in_a qemu-system-x86_64 -accel tcg -cpu max -m 256 -nodefaults -kernel "$(ls /boot/vmlinuz-* | tail -1)" \
	    -initrd "$LAB/guest.gz" -append "quiet console=tty1 panic=1" "$@" >"$LAB/log/qemu" 2>&1 &
	serving a "$port"
	size=760x480 # its screen is of text
	sleep 12
}

serve_spice()
{
	says spice plain 5930 "qemu-system-x86 spice-client-gtk"
	guest_start -vga qxl -usb -device usb-tablet -spice port=5930,addr=0.0.0.0,disable-ticketing=on
}

view_spice()
{
	far_screen
	far_program spicy -h "$1" -p "$2"
	far_hands spice "$seconds"
}

serve_qemu_vnc()
{
	says qemu-vnc plain 5901 "qemu-system-x86 tigervnc-viewer"
	vnc_password
	guest_start -vga std -usb -device usb-tablet -vnc 0.0.0.0:1
}

view_qemu_vnc() { vnc_view "$seconds" -SecurityTypes None "$1::$2"; }

serve_xpra()
{
	local bind=(--bind-tcp=0.0.0.0:14500)
	says xpra "$([ -n "${xpra_ssl:-}" ] && echo tls || echo plain)" 14500 xpra
	lab_need xpra
	if [ -n "${xpra_ssl:-}" ]; then
		lab_certificate "/CN=lt-0417"
		cat "$LAB/key.pem" "$LAB/cert.pem" >"$LAB/both.pem"
		bind=(--bind-ssl=0.0.0.0:14500 --ssl-cert="$LAB/both.pem")
	fi
	laptop_session
	mkdir -p "$LAB/xpra"
	sed 's/^start = .*//' /etc/xpra/conf.d/60_server.conf >"$LAB/xpra.conf" # only our session
	in_a mount -t tmpfs tmpfs /root # its sockets are there, whatever HOME is
	in_a mount --bind "$LAB/xpra.conf" /etc/xpra/conf.d/60_server.conf
	in_a env HOME="$LAB/xpra" XDG_RUNTIME_DIR="$LAB/xpra" xpra start-desktop :177 --daemon=no "${bind[@]}" \
	    --start="$LAB/session" --xvfb="Xvfb +extension Composite -screen 0 ${size}x24+32 -nolisten tcp -noreset" \
	    --mdns=no --pulseaudio=no --notifications=no --webcam=no --printing=no --html=off >"$LAB/log/xpra.a" 2>&1 &
	serving a 14500
	sleep 3
}

view_xpra()
{
	local scheme=tcp more=()
	[ -z "${xpra_ssl:-}" ] || scheme=ssl more=(--ssl-server-verify-mode=none --ssl-check-hostname=no)
	far_screen
	far_program xpra attach "$scheme://$1:$2/" --opengl=no --speaker=off --microphone=off --tray=no "${more[@]}"
	far_hands Openbox "$seconds"
}

serve_x2go()
{
	says x2go ssh 22 "x2goserver pyhoca-cli openssh-server"
	lab_need pyhoca-cli x2gostartagent
	laptop_account
	laptop_session
	ssh_serve a
	in_a mount -t tmpfs -o mode=771 tmpfs /var/lib/x2go
	in_a mount --bind "$LAB/session" /usr/bin/openbox-session # it runs no command by its path
	in_a x2godbadmin --createdb >"$LAB/log/x2godb" 2>&1
}

view_x2go()
{
	far_screen
	far_program pyhoca-cli --server "$1" -p "$2" -u "$LAPTOP_USER" --password "$LAPTOP_PASSWORD" \
	    --force-password --add-to-known-hosts -N -c openbox-session -t desktop -g "$size" -q adsl --sound none
	far_hands X2GO "$seconds"
}
